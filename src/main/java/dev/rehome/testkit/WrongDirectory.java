package dev.rehome.testkit;

import dev.rehome.placement.Directory;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.tenant.TenantId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A directory that places one tenant in another's home. Nothing of it is written down. */
final class WrongDirectory implements Directory {
    private final Directory right;
    private final TenantId misplaced;
    private final Home wrong;

    WrongDirectory(Directory right, TenantId misplaced, Home wrong) {
        this.right = right;
        this.misplaced = misplaced;
        this.wrong = wrong;
    }

    @Override
    public Optional<Placement> find(TenantId tenant) {
        return right.find(tenant)
                .map(placement ->
                        tenant.equals(misplaced) ? new Placement(tenant, wrong, placement.epoch()) : placement);
    }

    @Override
    public void add(Placement placement, String name) {
        throw new UnsupportedOperationException("an attack adds no tenant");
    }

    @Override
    public void advance(Placement placement) {
        throw new UnsupportedOperationException("an attack moves no tenant");
    }

    @Override
    public List<Placement> page(@Nullable TenantId after, int limit) {
        return right.page(after, limit);
    }
}
