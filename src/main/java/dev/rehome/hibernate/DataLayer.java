package dev.rehome.hibernate;

import dev.rehome.config.StatisticsConfig;
import dev.rehome.connection.Limits;
import dev.rehome.connection.PoolNews;
import dev.rehome.connection.TenantConnections;
import dev.rehome.connection.WarmUp;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.Fence;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.DatabaseUrl;
import dev.rehome.measure.MeasurePush;
import dev.rehome.measure.Measures;
import dev.rehome.measure.PushFigures;
import dev.rehome.placement.Directory;
import dev.rehome.placement.Placements;
import dev.rehome.placement.Servers;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;
import org.hibernate.cfg.JdbcSettings;
import org.hibernate.cfg.MultiTenancySettings;
import org.jspecify.annotations.Nullable;

/**
 * One Hibernate {@link SessionFactory} over all tenants in all tiers. This is where an application starts. Thread-safe;
 * closing it closes the session factory and all pools.
 */
public final class DataLayer implements AutoCloseable {
    private final TenantConnections connections;
    private final SessionFactory sessionFactory;
    private final @Nullable WarmUp warmUp;
    private final @Nullable MeasurePush push;

    private DataLayer(
            TenantConnections connections,
            SessionFactory sessionFactory,
            @Nullable WarmUp warmUp,
            @Nullable MeasurePush push) {
        this.connections = connections;
        this.sessionFactory = sessionFactory;
        this.warmUp = warmUp;
        this.push = push;
    }

    public static Builder builder(Servers servers, Directory directory, Fence fence) {
        return new Builder(servers, directory, fence);
    }

    public SessionFactory sessionFactory() {
        return sessionFactory;
    }

    /** The hand-out of connections, for work without Hibernate. */
    public TenantConnections connections() {
        return connections;
    }

    /** How its statistics get to the directory; empty if it keeps none. */
    public Optional<PushFigures> statistics() {
        return Optional.ofNullable(push).map(MeasurePush::figures);
    }

    @Override
    public void close() {
        sessionFactory.close();
        if (warmUp != null) {
            warmUp.close();
        }
        connections.close();
        if (push != null) {
            push.close();
        }
    }

    /** Collects what a data layer is made of. Not thread-safe. */
    public static final class Builder {
        /** What Rehome decides; another value would take a guarantee away. */
        private static final List<String> DECIDED = List.of(
                JdbcSettings.CONNECTION_PROVIDER_DISABLES_AUTOCOMMIT,
                JdbcSettings.CONNECTION_HANDLING,
                JdbcSettings.ISOLATION,
                MultiTenancySettings.MULTI_TENANT_CONNECTION_PROVIDER,
                MultiTenancySettings.MULTI_TENANT_IDENTIFIER_RESOLVER,
                MultiTenancySettings.MULTI_TENANT_SCHEMA_MAPPER,
                "hibernate.default_schema",
                "hibernate.default_catalog",
                // Simple keys have no tenant in them, so that a cache would answer one tenant with another's row.
                "hibernate.cache.keys_factory");

        private final Servers servers;
        private final Directory directory;
        private final Fence fence;
        private Limits limits = Limits.DEFAULT;
        private String tenantColumn = "storefront_id";
        private @Nullable String minimumLevel;
        private @Nullable ConnectionSource statistics;
        private StatisticsConfig statisticsConfig = StatisticsConfig.DEFAULT;
        private Collection<Class<?>> entities = List.of();
        private final Map<String, Object> settings = new LinkedHashMap<>();

        private Builder(Servers servers, Directory directory, Fence fence) {
            this.servers = servers;
            this.directory = directory;
            this.fence = fence;
        }

        /** Default {@link Limits#DEFAULT}. */
        public Builder limits(Limits limits) {
            this.limits = limits;
            return this;
        }

        /** The column that says whose row it is; default {@code storefront_id}. */
        public Builder tenantColumn(String tenantColumn) {
            this.tenantColumn = tenantColumn;
            return this;
        }

        /**
         * The changeset that a home must have run before its tenants are served; by default any home will do. Transactions of tenants
         * in an older home are refused with {@link dev.rehome.tenant.HomeTooOldException} until it has been brought up. A home is
         * asked once for each placement, so this costs next to nothing.
         *
         * @param changeset its id in the changelog of the homes' tables
         */
        public Builder minimumLevel(String changeset) {
            this.minimumLevel = changeset;
            return this;
        }

        /**
         * Counts what each tenant does, and takes the sums and how the pools stand to the directory at each interval, on a thread of its own. By default
         * nothing is counted. PostgreSQL only.
         *
         * @param directory connections to the directory's database, with the rights of the run-time role
         * @param config of the strategy file; if it switches statistics off nothing is counted
         */
        public Builder statistics(ConnectionSource directory, StatisticsConfig config) {
            this.statistics = config.enabled() ? directory : null;
            this.statisticsConfig = config;
            return this;
        }

        public Builder entities(Collection<Class<?>> entities) {
            this.entities = List.copyOf(entities);
            return this;
        }

        /**
         * A further setting of Hibernate's.
         *
         * @throws RehomeException (CONFIGURATION) for one that Rehome decides, such as a default schema
         */
        public Builder setting(String name, Object value) {
            requireUndecided(Set.of(name));
            settings.put(name, value);
            return this;
        }

        /** @throws RehomeException (CONFIGURATION) if one of the settings' names is of one that Rehome decides */
        private static void requireUndecided(Set<?> names) {
            for (String decided : DECIDED) {
                if (names.contains(decided)) {
                    throw new RehomeException(
                            ErrorKind.CONFIGURATION,
                            "The setting " + decided
                                    + " is decided by Rehome, as tenants would not be kept apart otherwise. Leave it out,"
                                    + " in hibernate.properties and system properties too.");
                }
            }
        }

        public DataLayer build() {
            Placements placements = new Placements(directory);
            Measures measures = statistics == null ? null : new Measures();
            if (measures != null && product() == DatabaseUrl.Product.H2) {
                throw new RehomeException(
                        ErrorKind.CONFIGURATION,
                        "Statistics are kept on PostgreSQL only. Leave statistics(...) out on H2.");
            }
            TenantConnections connections =
                    new TenantConnections(servers, placements, fence, limits, tenantColumn, minimumLevel, measures);
            boolean built = false;
            try {
                SessionFactory sessionFactory =
                        configure(placements, connections).buildSessionFactory();
                built = true;
                return new DataLayer(connections, sessionFactory, warmUp(connections), push(measures, connections));
            } finally {
                if (!built) {
                    connections.close();
                }
            }
        }

        private @Nullable WarmUp warmUp(TenantConnections connections) {
            return product() == DatabaseUrl.Product.H2
                    ? null
                    : new WarmUp(directory::destinations, connections).start();
        }

        private @Nullable MeasurePush push(@Nullable Measures measures, TenantConnections connections) {
            return statistics == null || measures == null
                    ? null
                    : new MeasurePush(
                                    statistics,
                                    measures,
                                    new PoolNews(connections::figures),
                                    statisticsConfig.interval())
                            .start();
        }

        private DatabaseUrl.Product product() {
            return servers.all().iterator().next().url().product();
        }

        private Configuration configure(Placements placements, TenantConnections connections) {
            Configuration configuration = new Configuration();
            requireUndecided(configuration.getProperties().keySet());
            entities.forEach(configuration::addAnnotatedClass);
            // There is no connection without a tenant that Hibernate could ask about the database.
            configuration.setProperty(JdbcSettings.ALLOW_METADATA_ON_BOOT, false);
            configuration.setProperty(
                    JdbcSettings.JAKARTA_HBM2DDL_DB_NAME,
                    switch (product()) {
                        case POSTGRESQL -> "PostgreSQL";
                        case H2 -> "H2";
                    });
            configuration.setProperty("hibernate.cache.use_second_level_cache", false);
            // Errors are thrown; logged as well, they would put row data into the log.
            configuration.setProperty("hibernate.jdbc.log.errors", false);
            settings.forEach((name, value) -> configuration.getProperties().put(name, value));
            configuration.setProperty(JdbcSettings.CONNECTION_PROVIDER_DISABLES_AUTOCOMMIT, true);
            configuration
                    .getProperties()
                    .put(
                            MultiTenancySettings.MULTI_TENANT_CONNECTION_PROVIDER,
                            new TenantConnectionProvider(connections));
            configuration.setCurrentTenantIdentifierResolver(new TenantResolver(placements, servers));
            return configuration;
        }
    }
}
