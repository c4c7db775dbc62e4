package dev.rehome.recovery;

import dev.rehome.config.StrategyConfig;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.Resident;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.SqlState;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.Server;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.schema.Homes;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What all databases of the fleet's servers say about tenants, without the directory: those of the shared homes, and those that are
 * called as a tenant's own. Reads only, also on a server that is still in recovery. Immutable.
 *
 * @param claims by tenant
 * @param leases of moves, and of other operations, that were claimed and not given back: the highest of each tenant, and where
 * @param databases that were looked at
 * @param schemas of each of them
 * @param notSeen what could not be looked at, and why, a line each
 */
public record Survey(
        Map<TenantId, List<Claim>> claims,
        Map<TenantId, Traces> leases,
        Set<Database> databases,
        Map<Database, Set<String>> schemas,
        List<String> notSeen) {
    private static final String APPLICATION = "rehome recovery";
    private static final Pattern TENANT_IN_NAME = Pattern.compile("[0-9a-f]{8}(?:_[0-9a-f]{4}){3}_[0-9a-f]{12}");
    private static final String DATABASES =
            "select datname from pg_database where not datistemplate and datallowconn order by datname";
    private static final String LEASES = """
            select tenant_id, max(lease_no) from (
                select tenant_id, lease_no from rehome.lease
                union all select distinct tenant_id, 0 from rehome.backfill_range
                union all select distinct tenant_id, 0 from rehome.change) t
             group by tenant_id""";

    /**
     * What somebody who was at a tenant has left.
     *
     * @param leaseNo the highest
     */
    public record Traces(long leaseNo, Set<Database> databases) {
        public Traces {
            databases = Set.copyOf(databases);
        }
    }

    /** Is told how far a survey has come. */
    @FunctionalInterface
    public interface Listener {
        /** @param total databases there are to be looked at */
        void looked(int done, int total);
    }

    /**
     * Looks at all of them.
     *
     * @param servers whose databases; may be reached elsewhere than the strategy's of the same name
     */
    public static Survey of(StrategyConfig strategy, Servers servers, Listener listener) {
        Look look = new Look(servers);
        Set<Database> databases = new LinkedHashSet<>();
        for (Server server : servers.all()) {
            databases.addAll(look.databasesOf(strategy, server));
        }
        int done = 0;
        for (Database database : databases) {
            look.at(database);
            listener.looked(++done, databases.size());
        }
        return look.result();
    }

    /** Where the tenant lives; empty if no database has heard of it. */
    public Optional<Verdict> verdict(TenantId tenant) {
        return Optional.ofNullable(claims.get(tenant)).map(all -> Verdict.of(all, databases));
    }

    /** Databases that have heard of the tenant. */
    public Set<Database> knowing(TenantId tenant) {
        Set<Database> all = new LinkedHashSet<>();
        claims.getOrDefault(tenant, List.of()).forEach(claim -> all.add(claim.database()));
        Traces traces = leases.get(tenant);
        if (traces != null) {
            all.addAll(traces.databases);
        }
        return all;
    }

    /** The tenant's own homes, by their names, that are there and are not the given one. */
    List<Home> ownHomes(StrategyConfig strategy, TenantId tenant, Home but) {
        List<Home> homes = new ArrayList<>();
        for (Server server : strategy.servers().all()) {
            Home own = strategy.homeFor(tenant, Tier.DATABASE, server.name());
            if (databases.contains(own.database())) {
                homes.add(own);
            }
        }
        for (Home shared : strategy.sharedHomes()) {
            Home schema =
                    strategy.homeFor(tenant, Tier.SCHEMA, shared.database().server());
            if (schemas.getOrDefault(schema.database(), Set.of()).contains(schema.schema())) {
                homes.add(schema);
            }
        }
        homes.remove(but);
        return homes;
    }

    /** One look, while it is being made. */
    private static final class Look {
        private final Servers servers;
        private final Map<TenantId, List<Claim>> claims = new TreeMap<>(Comparator.comparing(TenantId::toString));
        private final Map<TenantId, Long> leaseNumbers = new HashMap<>();
        private final Map<TenantId, Set<Database>> traces = new HashMap<>();
        private final Map<Database, Set<String>> schemas = new LinkedHashMap<>();
        private final List<String> notSeen = new ArrayList<>();

        Look(Servers servers) {
            this.servers = servers;
        }

        Survey result() {
            Map<TenantId, Traces> left = new HashMap<>();
            traces.forEach((tenant, databases) ->
                    left.put(tenant, new Traces(leaseNumbers.getOrDefault(tenant, 0L), databases)));
            return new Survey(claims, left, Set.copyOf(schemas.keySet()), schemas, notSeen);
        }

        /** The shared home's, and those that are called as tenants' own. */
        Set<Database> databasesOf(StrategyConfig strategy, Server server) {
            Set<Database> databases = new LinkedHashSet<>();
            strategy.sharedHomes().stream()
                    .map(Home::database)
                    .filter(database -> database.server().equals(server.name()))
                    .forEach(databases::add);
            Database first = new Database(server.name(), server.url().database());
            try (Connection connection = servers.open(first, Homes.DATABASE_SCHEMA, DatabaseRole.MOVER, APPLICATION);
                    PreparedStatement statement = connection.prepareStatement(DATABASES);
                    ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    String name = row.getString(1);
                    tenantIn(name)
                            .map(tenant -> strategy.homeFor(tenant, Tier.DATABASE, server.name())
                                    .database())
                            .filter(database -> database.name().equals(name))
                            .ifPresent(databases::add);
                }
            } catch (SQLException e) {
                notSeen("server " + server.name() + " (" + server.url().authority() + ")", e);
                return Set.of();
            }
            return databases;
        }

        private static Optional<TenantId> tenantIn(String name) {
            Matcher matcher = TENANT_IN_NAME.matcher(name);
            return matcher.find()
                    ? Optional.of(TenantId.of(UUID.fromString(matcher.group().replace('_', '-'))))
                    : Optional.empty();
        }

        void at(Database database) {
            try (Connection connection =
                    servers.open(database, Homes.DATABASE_SCHEMA, DatabaseRole.MOVER, APPLICATION)) {
                connection.setAutoCommit(false);
                if (!hasResidency(connection)) {
                    notSeen.add(
                            "database " + database
                                    + " has no schema rehome: its making, or its removal, was cut off. Drop it if nobody lives there");
                    return;
                }
                Set<String> here = names(connection, "select nspname from pg_namespace");
                schemas.put(database, here);
                Resident.all(connection)
                        .forEach((tenant, resident) -> claims.computeIfAbsent(tenant, first -> new ArrayList<>())
                                .add(new Claim(
                                        database,
                                        resident,
                                        here.contains(
                                                resident.placement().home().schema()))));
                readLeases(connection, database);
            } catch (SQLException e) {
                notSeen("database " + database, e);
            } catch (RehomeException e) {
                notSeen.add("database " + database + ": " + e.getMessage());
            }
        }

        private static boolean hasResidency(Connection connection) throws SQLException {
            return !names(connection, "select 'yes' where to_regclass('rehome.residency') is not null")
                    .isEmpty();
        }

        private static Set<String> names(Connection connection, String sql) throws SQLException {
            Set<String> names = new HashSet<>();
            try (PreparedStatement statement = connection.prepareStatement(sql);
                    ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    names.add(row.getString(1));
                }
            }
            return names;
        }

        private void readLeases(Connection connection, Database database) throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement(LEASES);
                    ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    TenantId tenant = TenantId.of(row.getObject(1, UUID.class));
                    leaseNumbers.merge(tenant, row.getLong(2), Math::max);
                    traces.computeIfAbsent(tenant, first -> new LinkedHashSet<>())
                            .add(database);
                }
            }
        }

        private void notSeen(String what, SQLException e) {
            notSeen.add(what + " could not be looked at (SQLSTATE " + e.getSQLState() + ")"
                    + (SqlState.isLoginRefused(e) ? ": check the mover's login" : ": check that it is up"));
        }
    }
}
