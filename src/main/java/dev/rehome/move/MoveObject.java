package dev.rehome.move;

import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.schema.Homes;
import java.util.List;

/**
 * Something that a move makes outside a transaction, so that a crash can leave it behind. Its record is written before it is
 * made.
 *
 * @param home what has to be dropped for it to be gone
 * @param name of the database, schema or role
 */
record MoveObject(Kind kind, Home home, String name) {
    enum Kind {
        DATABASE,
        SCHEMA,
        ROLE
    }

    /** What a tenant's own home consists of; nothing of a shared one is made by a move. */
    static List<MoveObject> of(Home home) {
        if (home.tier() == Tier.SHARED) {
            return List.of();
        }
        if (home.tier() == Tier.DATABASE) {
            return List.of(new MoveObject(Kind.DATABASE, home, home.database().name()));
        }
        return List.of(
                new MoveObject(Kind.SCHEMA, home, home.schema()), new MoveObject(Kind.ROLE, home, Homes.roleOf(home)));
    }
}
