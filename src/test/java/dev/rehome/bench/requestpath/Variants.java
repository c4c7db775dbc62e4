package dev.rehome.bench.requestpath;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.rehome.bench.requestpath.Variant.Name;
import dev.rehome.connection.Limits;
import dev.rehome.hibernate.DataLayer;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.DatabaseUrl;
import dev.rehome.jdbc.Login;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.placement.Server;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.PostgresServer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.BatchSettings;
import org.hibernate.cfg.Configuration;
import org.hibernate.cfg.JdbcSettings;
import org.hibernate.cfg.MultiTenancySettings;
import org.hibernate.context.spi.TenantSchemaMapper;
import org.jspecify.annotations.Nullable;

/**
 * All variants, opened on a stage: pools of the same size with autocommit off, the same settings of driver and Hibernate,
 * the same login. Closing it closes their session factories and pools.
 */
final class Variants implements AutoCloseable {
    /** Connections a tenant may have, and so each peer's pool. */
    static final int POOL_SIZE = 16;

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Map<String, Object> HIBERNATE =
            Map.of(BatchSettings.STATEMENT_BATCH_SIZE, 20, BatchSettings.ORDER_INSERTS, true);

    private final Stage stage;
    private final Servers servers;
    private final List<Variant> variants = new ArrayList<>();
    private final Deque<Runnable> closings = new ArrayDeque<>();

    private Variants(Stage stage, Servers servers) {
        this.stage = stage;
        this.servers = servers;
    }

    /** @param authority {@code host:port} to connect to; the server's own, or what stands before it */
    static Variants open(Stage stage, String authority) {
        Variants variants = new Variants(stage, reachedAt(stage, authority));
        variants.openPeers();
        variants.openOurs();
        return variants;
    }

    /** In the order of {@link Name}. */
    List<Variant> all() {
        return List.copyOf(variants);
    }

    private static Servers reachedAt(Stage stage, String authority) {
        Server server = stage.fleet().servers().get(PostgresServer.NAME);
        DatabaseUrl url = server.url();
        DatabaseUrl reached =
                new DatabaseUrl(url.product(), authority, url.database(), url.parameters(), url.user(), url.password());
        return Servers.of(new Server(server.name(), server.region(), reached, server.logins()));
    }

    private void openPeers() {
        TenantId tenant = stage.tenant(Tier.SHARED);
        variants.add(new Variant(
                Name.PLAIN, peer(Stage.PLAIN_SCHEMA, PlainEntities.ALL, null), null, tenant, PlainEntities.Order::new));
        variants.add(new Variant(
                Name.TENANT_ID,
                peer(Stage.TENANT_ID_SCHEMA, TenantEntities.ALL, null),
                tenant.value(),
                tenant,
                TenantEntities.Order::new));
        TenantSchemaMapper<UUID> mapper = any -> Stage.MAPPED_SCHEMA;
        variants.add(new Variant(
                Name.SCHEMA_MAPPER,
                peer("public", PlainEntities.ALL, mapper),
                tenant.value(),
                tenant,
                PlainEntities.Order::new));
    }

    private SessionFactory peer(String schema, List<Class<?>> entities, @Nullable TenantSchemaMapper<UUID> mapper) {
        HikariDataSource pool = pool(schema);
        Configuration configuration = new Configuration();
        entities.forEach(configuration::addAnnotatedClass);
        configuration.getProperties().putAll(HIBERNATE);
        configuration.getProperties().put(JdbcSettings.JAKARTA_NON_JTA_DATASOURCE, pool);
        configuration.setProperty(JdbcSettings.CONNECTION_PROVIDER_DISABLES_AUTOCOMMIT, true);
        configuration.setProperty("hibernate.cache.use_second_level_cache", false);
        if (mapper != null) {
            configuration.getProperties().put(MultiTenancySettings.MULTI_TENANT_SCHEMA_MAPPER, mapper);
        }
        SessionFactory sessions = configuration.buildSessionFactory();
        closings.push(sessions::close);
        return sessions;
    }

    /** As Rehome's own pools are. */
    private HikariDataSource pool(String schema) {
        Login login = servers.login(PostgresServer.NAME, DatabaseRole.APP);
        HikariConfig config = new HikariConfig();
        config.setPoolName("peer " + schema);
        config.setJdbcUrl(servers.url(stage.fleet().control()).jdbc());
        config.setUsername(login.user());
        config.setPassword(login.password());
        config.addDataSourceProperty("currentSchema", SqlNames.quote(schema));
        config.setAutoCommit(false);
        config.setMinimumIdle(0);
        config.setIdleTimeout(TimeUnit.MINUTES.toMillis(1));
        config.setMaximumPoolSize(POOL_SIZE);
        HikariDataSource pool = new HikariDataSource(config);
        closings.push(pool::close);
        return pool;
    }

    /** One data layer serves all tiers. Its budget leaves each of them a pool of the peers' size. */
    private void openOurs() {
        DataLayer.Builder builder = DataLayer.builder(
                        servers, stage.fleet().directory(), stage.fleet().fence())
                .entities(TenantEntities.ALL)
                .limits(new Limits(POOL_SIZE, Tier.values().length * POOL_SIZE, TIMEOUT));
        HIBERNATE.forEach(builder::setting);
        DataLayer layer = builder.build();
        closings.push(layer::close);
        ours(Name.SHARED, Tier.SHARED, layer);
        ours(Name.SCHEMA, Tier.SCHEMA, layer);
        ours(Name.DATABASE, Tier.DATABASE, layer);
    }

    private void ours(Name name, Tier tier, DataLayer layer) {
        TenantId tenant = stage.tenant(tier);
        variants.add(new Variant(name, layer.sessionFactory(), null, tenant, TenantEntities.Order::new));
    }

    @Override
    public void close() {
        closings.forEach(Runnable::run);
    }
}
