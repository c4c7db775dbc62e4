package dev.rehome.testkit;

import dev.rehome.placement.Home;
import java.sql.Connection;
import java.sql.SQLException;

/** Sees what is really in a home: somebody else than the application, so that nothing the application does can deceive it. */
@FunctionalInterface
public interface Witness {
    /**
     * A connection for the caller to close, as a role that is not the application's and may read the home's tables, and
     * delete from them what an attack has left in the wrong home. If
     * row-level security binds the role, it shows the tenant that {@code rehome.tenant} is set to.
     */
    Connection open(Home home) throws SQLException;
}
