package dev.rehome.testkit;

/** The row that is attacked: the victim's row of one entity. The attacker has a row of that entity too. */
public final class AttackTarget {
    private final AttackScene scene;
    private final EntityMapping mapping;

    AttackTarget(AttackScene scene, EntityMapping mapping) {
        this.scene = scene;
        this.mapping = mapping;
    }

    public Class<?> entity() {
        return mapping.type();
    }

    /** The identifier of the victim's row, which the attacker has got hold of. */
    public Object victims() {
        return scene.victimsId(entity());
    }

    /** The identifier of the attacker's own row. */
    public Object attackers() {
        return scene.attackersId(entity());
    }

    EntityMapping mapping() {
        return mapping;
    }

    @Override
    public String toString() {
        return mapping.name();
    }
}
