package dev.rehome.placement;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.DatabaseUrl;
import dev.rehome.jdbc.KeptConnections;
import dev.rehome.jdbc.Login;
import dev.rehome.jdbc.SqlNames;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The servers that homes can be on, and how each is reached. Immutable and thread-safe. */
public final class Servers {
    /** Makes the connections outside every pool: the driver, unless somebody stands between. */
    @FunctionalInterface
    public interface Opener {
        /** @param properties user, password and what else the driver takes */
        Connection open(String jdbcUrl, Properties properties) throws SQLException;
    }

    private static final String SILENCE_SECONDS = "300";
    /**
     * What one home forgets because the other one has it must survive a crash of either server, also where applications have
     * chosen that their latest commits need not. And what one server writes as text, another one reads.
     */
    private static final String MOVER_SETTINGS = "-c synchronous_commit=on -c intervalstyle=postgres -c lc_monetary=C";

    private final Map<String, Server> byName = new LinkedHashMap<>();
    private final Opener opener;
    private final String tag;
    private final @Nullable Keeping keeping;

    /** @param databases whose connections are kept */
    private record Keeping(Set<Database> databases, KeptConnections connections) {}

    public Servers(Collection<Server> servers) {
        this(servers, DriverManager::getConnection, "", null);
    }

    private Servers(Collection<Server> servers, Opener opener, String tag, @Nullable Keeping keeping) {
        servers.forEach(server -> byName.put(server.name(), server));
        this.opener = opener;
        this.tag = tag;
        this.keeping = keeping;
    }

    /** The same servers, whose connections outside every pool are made by somebody else than the driver. */
    public Servers openedBy(Opener other) {
        return new Servers(byName.values(), other, tag, keeping);
    }

    /** The same servers, whose connections outside every pool can be told from others: their application name ends with the tag. */
    public Servers tagged(String text) {
        return new Servers(byName.values(), opener, " " + text, keeping);
    }

    /**
     * The same servers. Connections outside every pool to these databases are kept when they are closed, for whoever opens the
     * next one: until the caller closes what they are kept in.
     */
    public Servers keeping(Collection<Database> databases, KeptConnections connections) {
        return new Servers(byName.values(), opener, tag, new Keeping(Set.copyOf(databases), connections));
    }

    /** As {@link #keeping}, beside what is kept already, and in the same place; in {@code otherwise} if nothing is. */
    public Servers keepingAlso(Collection<Database> databases, KeptConnections otherwise) {
        Keeping kept = keeping;
        if (kept == null) {
            return keeping(databases, otherwise);
        }
        Set<Database> all = new HashSet<>(kept.databases);
        all.addAll(databases);
        return keeping(all, kept.connections);
    }

    public static Servers of(Server... servers) {
        return new Servers(List.of(servers));
    }

    public Collection<Server> all() {
        return List.copyOf(byName.values());
    }

    /** @throws RehomeException (CONFIGURATION) if no server has this name */
    public Server get(String name) {
        Server server = byName.get(name);
        if (server == null) {
            throw new RehomeException(
                    ErrorKind.CONFIGURATION,
                    "Server '" + name + "' is not configured. Known are " + byName.keySet() + ".");
        }
        return server;
    }

    public DatabaseUrl url(Database database) {
        return get(database.server()).url().withDatabase(database.name());
    }

    /** How applications reach the database, if through a pooler that gives each transaction another connection. */
    public Optional<DatabaseUrl> pooler(Database database) {
        return get(database.server()).pooler().map(url -> url.withDatabase(database.name()));
    }

    /** @throws RehomeException (CONFIGURATION) if the server has no login for the role */
    public Login login(String server, DatabaseRole role) {
        Login login = get(server).logins().get(role);
        if (login == null) {
            throw new RehomeException(
                    ErrorKind.CONFIGURATION,
                    "Server '" + server + "' has no login for the role " + role + ". Add it to the configuration.");
        }
        return login;
    }

    /**
     * Opens a connection outside every pool, with autocommit on: for the operator's road. The search path is the schema
     * alone.
     */
    public Connection open(Database database, String schema, DatabaseRole role, String applicationName)
            throws SQLException {
        DatabaseUrl url = url(database);
        if (url.product() == DatabaseUrl.Product.H2) {
            return opener.open(url.jdbc() + ";SCHEMA=" + schema, new Properties());
        }
        Properties properties = properties(database, SqlNames.quote(schema), role, applicationName + tag);
        if (role == DatabaseRole.MOVER) {
            // A mover that is cut off from a server has to notice; nothing it asks for is silent for so long.
            properties.setProperty("socketTimeout", SILENCE_SECONDS);
            properties.setProperty("tcpKeepAlive", "true");
            properties.setProperty("options", MOVER_SETTINGS);
        }
        Keeping kept = keeping;
        if (kept == null || !kept.databases.contains(database)) {
            return opener.open(url.jdbc(), properties);
        }
        return kept.connections.open(
                url.jdbc(),
                login(database.server(), role).user(),
                schema,
                applicationName + tag,
                () -> opener.open(url.jdbc(), properties));
    }

    /**
     * What a connection to PostgreSQL begins with. Parameters of the server's URL win.
     *
     * @param searchPath as it is written in SQL: names quoted, separated by commas
     */
    public Properties properties(Database database, String searchPath, DatabaseRole role, String applicationName) {
        Properties properties = properties(database, role, applicationName);
        properties.setProperty("currentSchema", searchPath);
        return properties;
    }

    /** What a connection through a pooler begins with: nothing that would outlast a transaction. */
    public Properties poolerProperties(Database database, DatabaseRole role, String applicationName) {
        Properties properties = properties(database, role, applicationName);
        properties.setProperty("prepareThreshold", "0");
        return properties;
    }

    private Properties properties(Database database, DatabaseRole role, String applicationName) {
        Login login = login(database.server(), role);
        Properties properties = new Properties();
        properties.setProperty("user", login.user());
        String password = login.password();
        if (password != null) {
            properties.setProperty("password", password);
        }
        properties.setProperty("ApplicationName", applicationName);
        return properties;
    }

    /** As {@link #open(Database, String, DatabaseRole, String)}, for a home. */
    public Connection open(Home home, DatabaseRole role, String applicationName) throws SQLException {
        return open(home.database(), home.schema(), role, applicationName);
    }
}
