package dev.rehome.testkit;

import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantContext;
import dev.rehome.tenant.TenantId;
import jakarta.persistence.SharedCacheMode;
import java.util.Set;
import java.util.UUID;
import org.hibernate.SessionFactory;
import org.hibernate.cache.internal.DefaultCacheKeysFactory;
import org.hibernate.cache.internal.SimpleCacheKeysFactory;
import org.hibernate.cfg.CacheSettings;
import org.hibernate.cfg.Configuration;
import org.hibernate.cfg.JdbcSettings;
import org.hibernate.cfg.MultiTenancySettings;
import org.hibernate.context.spi.CurrentTenantIdentifierResolver;
import org.hibernate.engine.jdbc.connections.spi.MultiTenantConnectionProvider;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.jspecify.annotations.Nullable;

/** Session factories over the same connections as a data layer's, without some of what the data layer decides. */
final class LooseSessions {
    private LooseSessions() {}

    static SessionFactory open(TwoTenants tenants, Set<Protection> removed) {
        SessionFactoryImplementor strict = tenants.sessionFactory().unwrap(SessionFactoryImplementor.class);
        Configuration configuration = new Configuration();
        tenants.fleet().application().entities().forEach(configuration::addAnnotatedClass);
        configuration.setProperty(JdbcSettings.ALLOW_METADATA_ON_BOOT, false);
        configuration.setProperty(JdbcSettings.JAKARTA_HBM2DDL_DB_NAME, "PostgreSQL");
        configuration.setProperty(JdbcSettings.CONNECTION_PROVIDER_DISABLES_AUTOCOMMIT, true);
        configuration.setProperty("hibernate.jdbc.log.errors", false);
        configuration.setProperty("hibernate.current_session_context_class", "thread");
        configuration
                .getProperties()
                .put(
                        MultiTenancySettings.MULTI_TENANT_CONNECTION_PROVIDER,
                        strict.getServiceRegistry().requireService(MultiTenantConnectionProvider.class));
        boolean cached = removed.contains(Protection.NO_CACHE);
        configuration.setProperty(CacheSettings.USE_SECOND_LEVEL_CACHE, cached);
        configuration.setProperty(CacheSettings.USE_QUERY_CACHE, cached);
        if (cached) {
            configuration
                    .getProperties()
                    .put(
                            CacheSettings.CACHE_REGION_FACTORY,
                            new PlainCache(
                                    removed.contains(Protection.CACHE_KEYS)
                                            ? SimpleCacheKeysFactory.INSTANCE
                                            : DefaultCacheKeysFactory.INSTANCE));
            configuration.setSharedCacheMode(SharedCacheMode.ALL);
        }
        configuration.setCurrentTenantIdentifierResolver(new LooseResolver(
                tenants.tier() != Tier.SHARED || removed.contains(Protection.TENANT_FILTER),
                !removed.contains(Protection.SESSION_VALIDATION),
                removed.contains(Protection.NO_DEFAULT_TENANT)
                        ? tenants.a().id().value()
                        : null));
        return configuration.buildSessionFactory();
    }

    /**
     * As that of the data layer, but for what it is told.
     *
     * @param byDefault null for none
     */
    private record LooseResolver(
            boolean filterOff, boolean validating, @Nullable UUID byDefault)
            implements CurrentTenantIdentifierResolver<UUID> {
        @Override
        public UUID resolveCurrentTenantIdentifier() {
            return byDefault == null
                    ? TenantContext.require().value()
                    : TenantContext.current().map(TenantId::value).orElse(byDefault);
        }

        @Override
        public boolean validateExistingCurrentSessions() {
            return validating;
        }

        @Override
        public boolean isRoot(UUID tenant) {
            return filterOff;
        }
    }
}
