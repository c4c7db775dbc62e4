package dev.rehome.connection;

import dev.rehome.fence.Admission;
import dev.rehome.fence.Fence;
import dev.rehome.fence.TransactionMode;
import dev.rehome.placement.Placement;
import java.sql.Connection;
import java.sql.SQLException;

/** How a transaction gets past the fence: by itself, or with something that it has to do anyway. */
@FunctionalInterface
interface Entrance {
    /** Its transaction begins with entering. */
    Entrance ALONE = Fence::enter;

    /** As {@link Fence#enter}; tried again at the next home after a refusal. */
    Admission enter(Fence fence, Connection connection, Placement placement, TransactionMode mode) throws SQLException;
}
