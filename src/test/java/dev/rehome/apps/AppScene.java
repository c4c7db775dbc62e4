package dev.rehome.apps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.rehome.fence.Residency;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.Login;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.move.Move;
import dev.rehome.move.MoveOptions;
import dev.rehome.move.MovePhase;
import dev.rehome.move.Mover;
import dev.rehome.move.Unhurried;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.PostgresServer;
import dev.rehome.testing.TestFleet;
import dev.rehome.time.Deadline;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * A fleet, a mover in this process, and applications in processes of their own, which are kept from test to test as
 * starting one takes seconds. Closing it ends all of them.
 */
final class AppScene implements AutoCloseable {
    private static final MoveOptions OPTIONS = Unhurried.OPTIONS.toBuilder()
            .workers(2)
            .fencedPassRows(0)
            .soak(Duration.ofHours(1))
            .build();

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final TestFleet fleet = TestFleet.onPostgres();
    final Ledger ledger = new Ledger();
    private final Map<String, NodeProcess> nodes = new LinkedHashMap<>();
    private final String reader = fleet.control().name() + "_reader";
    private final Login administrator = new Login(fleet.control().name() + "_administrator", "administrator");
    private final Mover mover;

    AppScene() throws SQLException {
        mover = fleet.mover(OPTIONS);
        fleet.execute("create role " + SqlNames.quote(reader) + " login password 'reader' in role rehome_app");
        fleet.execute(
                "create role " + SqlNames.quote(administrator.user()) + " login superuser password 'administrator'");
    }

    /** The application of this name, running; if it was killed, it is started again. */
    NodeProcess node(String name) throws IOException {
        return nodes(name).get(0);
    }

    /** Applications of these names, as {@link #node}; those to be started start side by side. */
    List<NodeProcess> nodes(String... names) throws IOException {
        return nodes(TIMEOUT, names);
    }

    /** @param timeout how long their requests wait for a connection */
    List<NodeProcess> nodes(Duration timeout, String... names) throws IOException {
        List<NodeProcess> wanted = new ArrayList<>();
        for (String name : names) {
            NodeProcess known = nodes.get(name);
            if (known == null || !known.isAlive()) {
                if (known != null) {
                    known.close();
                }
                known = NodeProcess.start(settings(name, timeout), ledger);
                nodes.put(name, known);
            }
            wanted.add(known);
        }
        return wanted.stream().map(NodeProcess::awaitReady).toList();
    }

    private ApplicationNode.Settings settings(String name, Duration timeout) {
        String jdbc = fleet.servers().url(fleet.control()).jdbc();
        return new ApplicationNode.Settings(
                name,
                PostgresServer.NAME,
                jdbc + (jdbc.contains("?") ? "&" : "?") + "ApplicationName=" + applicationName(name),
                fleet.servers().login(PostgresServer.NAME, DatabaseRole.APP),
                new Login(reader, "reader"),
                timeout);
    }

    /** A superuser. */
    Login administrator() {
        return administrator;
    }

    /** Moves the tenant, and returns when its old home is gone. */
    void move(TenantId tenant, Tier tier, Interleaving interleaving) throws SQLException, InterruptedException {
        Move move = mover.plan(tenant, fleet.home(tier, tenant));
        Home old = move.source().home();
        assertEquals(
                MovePhase.DONE,
                mover.run(move, interleaving, interleaving).move().phase());
        interleaving.assertAllHappened();
        assertEquals(old.tier() == Tier.SHARED, fleet.homes().exists(old), "whether there is " + old);
    }

    /** How {@link Lane} names a home. */
    String home(TenantId tenant, Tier tier) {
        Home home = fleet.home(tier, tenant);
        return home.database().name() + "." + home.schema();
    }

    Home serving(TenantId tenant) {
        return fleet.directory().find(tenant).orElseThrow().home();
    }

    /**
     * No acknowledged entry is lost or there twice, none is there that nobody was told of, none is in another home, and no
     * other home would take any; nothing has failed in the background.
     */
    void audit(TenantId tenant) throws SQLException {
        assertEquals(List.of(), ledger.faults());
        assertEquals(ledger.entries(tenant), entries(tenant), "entries in " + serving(tenant));
        long serving = 0;
        for (Tier tier : Tier.values()) {
            Home home = fleet.home(tier, tenant);
            if (fleet.homes().exists(home)) {
                serving += fleet.count(
                        home,
                        "select count(*) from rehome.residency where state = 'HERE' and tenant_id = '" + tenant
                                + "' and schema_name = '" + home.schema() + "'");
            }
            if (!home.equals(serving(tenant)) && fleet.homes().exists(home)) {
                assertEquals(0, fleet.rowsOf(tenant, home), "stray rows in " + home);
            }
        }
        assertEquals(1, serving, "homes that admit the tenant");
    }

    /** The entries in the home that serves. */
    Collection<String> entries(TenantId tenant) throws SQLException {
        List<String> entries = new ArrayList<>();
        try (Connection connection = fleet.administrator(serving(tenant));
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select external_id from customers where storefront_id = '"
                        + tenant + "' and external_id is not null")) {
            while (row.next()) {
                entries.add(row.getString(1));
            }
        }
        Collection<String> distinct = new TreeSet<>(entries);
        assertEquals(distinct.size(), entries.size(), "an entry is there twice");
        return distinct;
    }

    /** Until a node waits for the tenant's lock, behind a fence or somebody who asks for one. */
    void awaitWaiting(NodeProcess node, TenantId tenant) throws SQLException {
        await(waiting(tenant) + " and l.mode = 'ShareLock' and a.application_name = '" + applicationName(node.name())
                + "'");
    }

    /** Until the mover waits for the tenant's transactions to end. */
    void awaitMoverWaiting(TenantId tenant) throws SQLException {
        await(waiting(tenant) + " and l.mode = 'ExclusiveLock'");
    }

    private static String waiting(TenantId tenant) {
        return "from pg_locks l join pg_stat_activity a on a.pid = l.pid where l.locktype = 'advisory' and not l.granted"
                + " and (l.classid::bigint << 32 | l.objid::bigint) = rehome.lock_key('" + tenant + "')";
    }

    /** Stops a node that waits at a fence. The server refuses it meanwhile, but it does not hear of that until it goes on. */
    void stopAtFence(NodeProcess node, TenantId tenant) throws SQLException, IOException, InterruptedException {
        while (true) {
            awaitWaiting(node, tenant);
            node.stop();
            awaitNone(backends(node) + " and state = 'active'");
            if (count(backends(node) + " and state = 'idle in transaction (aborted)'") > 0) {
                return;
            }
            // It was stopped between two attempts.
            node.resume();
        }
    }

    private long count(String rows) throws SQLException {
        return fleet.count(fleet.sharedHome(), "select count(*) " + rows);
    }

    private void await(String rows) throws SQLException {
        Deadline patience = Deadline.in(PATIENCE);
        while (count(rows) == 0) {
            assertFalse(patience.passed(), () -> "waited in vain for a row " + rows);
        }
    }

    private void awaitNone(String rows) throws SQLException {
        Deadline patience = Deadline.in(PATIENCE);
        while (count(rows) > 0) {
            assertFalse(patience.passed(), () -> "waited in vain for the end of rows " + rows);
        }
    }

    /** A fence of the test's own. It comes down when the connection is closed. */
    Connection fence(TenantId tenant) throws SQLException {
        Connection connection =
                fleet.servers().open(serving(tenant).database(), "rehome", DatabaseRole.MOVER, "test fence");
        connection.setAutoCommit(false);
        Residency.fence(connection, tenant, TIMEOUT);
        return connection;
    }

    /** Until the server has noticed that an application is gone. */
    void awaitGone(NodeProcess node) throws SQLException {
        awaitNone(backends(node));
    }

    /** Has the server end all connections of an application, as an administrator would. */
    void terminate(NodeProcess node) throws SQLException {
        fleet.execute("select pg_terminate_backend(pid, 5000) " + backends(node));
    }

    private String backends(NodeProcess node) {
        return "from pg_stat_activity where application_name = '" + applicationName(node.name()) + "'";
    }

    /** Of one scene alone, as others may use the same server. */
    private String applicationName(String node) {
        return fleet.control().name() + "." + node;
    }

    /** The applications cannot read the directory any more; the mover can. */
    void refuseDirectory() throws SQLException {
        fleet.execute("alter role " + SqlNames.quote(reader) + " nologin");
    }

    void admitDirectory() throws SQLException {
        fleet.execute("alter role " + SqlNames.quote(reader) + " login");
    }

    /** Whatever a test has stopped and, because it failed, not continued. */
    void resumeAll() throws IOException, InterruptedException {
        for (NodeProcess node : nodes.values()) {
            if (node.isAlive()) {
                node.resume();
            }
        }
    }

    @Override
    public void close() throws SQLException, IOException {
        try (fleet) {
            nodes.values().forEach(NodeProcess::destroy);
            for (NodeProcess node : nodes.values()) {
                node.close();
            }
            fleet.execute("drop role " + SqlNames.quote(reader));
            fleet.execute("drop role " + SqlNames.quote(administrator.user()));
        }
    }
}
