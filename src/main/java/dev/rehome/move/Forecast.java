package dev.rehome.move;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.Residency;
import dev.rehome.fence.Residency.Holder;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.move.MoveContext.MoveTools;
import dev.rehome.move.MovePreview.Prediction;
import dev.rehome.move.MovePreview.Refusal;
import dev.rehome.move.MovePreview.TableSize;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.schema.MoveObstacles;
import dev.rehome.tenant.TenantId;
import dev.rehome.tenant.UnknownTenantException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks at everything that a move would meet, collects all that is in its way instead of stopping at the first, and writes
 * nothing: its connections are read-only. Used once.
 */
final class Forecast {
    private static final String APPLICATION = "rehome preview";
    /** Rows of each table whose size is looked at. */
    private static final int SAMPLE = 1_000;
    /** Of moves under way that are counted; nobody allows so many on a server. */
    private static final int MOST_MOVES = 10_000;

    private final MoveTools tools;
    private final TenantId tenant;
    private final Home target;
    private final List<Refusal> refusals = new ArrayList<>();
    private final List<String> waits = new ArrayList<>();
    private final List<TableSize> sizes = new ArrayList<>();
    private final List<Holder> holders = new ArrayList<>();
    private final List<String> notChecked = new ArrayList<>();
    private @Nullable TenantTables sourceTables;

    private Forecast(MoveTools tools, TenantId tenant, Home target) {
        this.tools = tools;
        this.tenant = tenant;
        this.target = target;
    }

    /** @throws RehomeException (EXTERNAL) if the directory cannot be asked */
    static MovePreview of(MoveTools tools, TenantId tenant, Home target) {
        return new Forecast(tools, tenant, target).look();
    }

    private MovePreview look() {
        Optional<Placement> source = tools.directory().find(tenant);
        if (source.isEmpty()) {
            refuse(new UnknownTenantException(tenant));
        } else if (source.get().home().equals(target)) {
            refuse(new RehomeException(
                    ErrorKind.USER, "Tenant " + tenant + " lives in " + target + " already. Choose another home."));
        }
        tools.journal().active(tenant).ifPresent(other -> refuse(MoveJournal.inMove(other)));
        List<String> servers = Stream.concat(source.stream().map(Placement::home), Stream.of(target))
                .map(home -> home.database().server())
                .distinct()
                .toList();
        servers.forEach(this::lookAtLimit);
        Map<String, Set<DatabaseRole>> roles =
                servers.stream().collect(Collectors.toMap(server -> server, this::rolesLetIn));
        if (source.isPresent() && letIn(roles, source.get().home()).contains(DatabaseRole.MOVER)) {
            attempt("The source home " + source.get().home() + " cannot be read", () -> lookAtSource(source.get()));
        }
        if (letIn(roles, target).containsAll(EnumSet.allOf(DatabaseRole.class))) {
            attempt("The target home " + target + " cannot be looked at", this::lookAtTarget);
            if (source.isPresent() && sourceTables != null) {
                Home from = source.get().home();
                attempt(
                        "The levels of " + from + " and " + target + " cannot be compared",
                        () -> tools.homes().requireSameLevel(from, target));
                attempt("The homes " + from + " and " + target + " cannot be compared", () -> lookBetween(from));
            }
        }
        Optional<Prediction> prediction =
                sizes.isEmpty() ? Optional.empty() : source.map(Placement::home).map(this::predict);
        return new MovePreview(tenant, source, target, refusals, waits, sizes, prediction, holders, notChecked);
    }

    /** What may fail without the others becoming pointless. */
    @FunctionalInterface
    private interface Look {
        void take() throws SQLException;
    }

    private boolean attempt(String failed, Look look) {
        try {
            look.take();
            return true;
        } catch (RehomeException e) {
            refuse(e);
        } catch (SQLException e) {
            refuse(new RehomeException(
                    ErrorKind.EXTERNAL,
                    failed + " (SQLSTATE " + e.getSQLState()
                            + "). Check that its server is up and lets the configured roles in."));
        }
        return false;
    }

    private void refuse(RehomeException reason) {
        refusals.add(new Refusal(reason.kind(), reason.getMessage()));
    }

    private void lookAtLimit(String server) {
        Instant now = Instant.now();
        long underWay = tools.journal().list(false, MOST_MOVES).stream()
                .filter(status -> status.isRunAt(now) && status.move().phase() != MovePhase.SOAK)
                .map(MoveStatus::move)
                .filter(move -> move.source().home().database().server().equals(server)
                        || move.target().database().server().equals(server))
                .count();
        if (underWay >= tools.options().maxConcurrentMoves()) {
            waits.add("Server " + server + " has " + underWay + " moves under way, and "
                    + tools.options().maxConcurrentMoves() + " are allowed (max_concurrent_moves).");
        }
    }

    private static Set<DatabaseRole> letIn(Map<String, Set<DatabaseRole>> roles, Home home) {
        return roles.getOrDefault(home.database().server(), Set.of());
    }

    /** A move needs all; each that is missing is told of. */
    private Set<DatabaseRole> rolesLetIn(String server) {
        Set<DatabaseRole> letIn = EnumSet.noneOf(DatabaseRole.class);
        for (DatabaseRole role : DatabaseRole.values()) {
            boolean open = attempt("Server " + server + " cannot be entered as " + role, () -> {
                tools.servers().login(server, role);
                if (role != DatabaseRole.APP) { // only named in grants
                    openServer(server, role).close();
                }
            });
            if (open) {
                letIn.add(role);
            }
        }
        return letIn;
    }

    private Connection openServer(String server, DatabaseRole role) throws SQLException {
        Database existing =
                new Database(server, tools.servers().get(server).url().database());
        return readOnly(tools.servers().open(existing, "public", role, APPLICATION));
    }

    private Connection open(Home home) throws SQLException {
        return readOnly(tools.servers().open(home, DatabaseRole.MOVER, APPLICATION));
    }

    private static Connection readOnly(Connection connection) throws SQLException {
        connection.setReadOnly(true);
        return connection;
    }

    private void lookAtSource(Placement source) throws SQLException {
        Home home = source.home();
        try (Connection connection = open(home)) {
            connection.setAutoCommit(false);
            if (!Residency.isHere(connection, source)) {
                refuse(new RehomeException(
                        ErrorKind.STALE,
                        home + " does not have the tenant at epoch " + source.epoch()
                                + ", as the directory says. Verify the tenant."));
            }
            holders.addAll(Residency.holders(connection, tenant));
            connection.commit();
            attempt(
                    "The tables of " + home + " cannot be looked at",
                    () -> MoveObstacles.requireNone(MoveObstacles.of(connection, home, tools.tenantColumn())));
            connection.rollback();
            TenantTables tables = TenantTables.read(connection, home.schema(), tools.tenantColumn());
            sourceTables = tables;
            connection.commit();
            for (TenantTable table : tables) {
                sizes.add(size(connection, home, table));
            }
        }
    }

    private TableSize size(Connection connection, Home home, TenantTable table) throws SQLException {
        MoverTransaction.beginReadCommitted(connection, tenant.value());
        String rows = table.in(home.schema()) + " where " + SqlNames.quote(table.tenantColumn()) + " = ?";
        try (PreparedStatement statement = connection.prepareStatement("select (select count(*) from " + rows
                + "), (select coalesce(avg(pg_column_size(r)), 0) from (select * from " + rows + " limit ?) r)")) {
            statement.setObject(1, tenant.value());
            statement.setObject(2, tenant.value());
            statement.setInt(3, SAMPLE);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                TableSize size =
                        new TableSize(table.name(), row.getLong(1), Math.round(row.getLong(1) * row.getDouble(2)));
                connection.commit();
                return size;
            }
        }
    }

    private void lookAtTarget() throws SQLException {
        requireOwnersRights();
        if (tools.homes().exists(target)) {
            try (Connection connection = open(target)) {
                if (target.tier() != Tier.SHARED) {
                    Residency.otherResident(connection, target.schema(), tenant)
                            .ifPresent(other -> refuse(new RehomeException(
                                    ErrorKind.USER,
                                    target + " is the home of tenant " + other
                                            + ". Choose a home of the tenant's own.")));
                } else {
                    TenantTables here = sourceTables;
                    TenantTables there = TenantTables.read(connection, target.schema(), tools.tenantColumn());
                    if (here != null && !here.parentsFirst().equals(there.parentsFirst())) {
                        refuse(new RehomeException(
                                ErrorKind.CONFIGURATION,
                                "The tables of the source and of " + target
                                        + " differ. Bring both to the same level of the changelog."));
                    }
                }
            }
        }
        // A server tells nobody how much room its disks have.
        notChecked.add(String.format(
                Locale.ROOT,
                "Room on the disk of server %s: the rows alone are about %.1f MB, indexes come on top.",
                target.database().server(),
                sizes.stream().mapToLong(TableSize::bytes).sum() / 1e6));
    }

    /** What keeps them from taking over from each other, where the target is there already. */
    private void lookBetween(Home from) throws SQLException {
        if (tools.homes().exists(target)) {
            try (Connection here = open(from);
                    Connection there = open(target)) {
                MoveObstacles.requireNone(MoveObstacles.between(here, from, there, target));
            }
        }
    }

    private void requireOwnersRights() throws SQLException {
        if (target.tier() == Tier.SHARED) {
            return;
        }
        String right = target.tier() == Tier.DATABASE ? "createdb" : "createrole";
        try (Connection connection = openServer(target.database().server(), DatabaseRole.OWNER);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select rol" + right
                        + " or rolsuper, current_user from pg_roles where rolname = current_user")) {
            row.next();
            if (!row.getBoolean(1)) {
                refuse(new RehomeException(
                        ErrorKind.CONFIGURATION,
                        "The owner " + row.getString(2) + " of server "
                                + target.database().server()
                                + " must not make what the target needs. Give it the attribute "
                                + right + "."));
            }
        }
    }

    private Prediction predict(Home from) {
        long rows = sizes.stream().mapToLong(TableSize::rows).sum();
        return tools.journal().experience().predict(rows, from.tier(), target.tier(), tools.options());
    }
}
