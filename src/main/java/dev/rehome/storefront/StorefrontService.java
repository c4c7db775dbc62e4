package dev.rehome.storefront;

import dev.rehome.tenant.TenantContext;
import dev.rehome.tenant.TenantId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Clock;

/** Describes the storefront. Thread-safe. */
@ApplicationScoped
@Transactional
public class StorefrontService {
    private final EntityManager entityManager;
    private final Clock clock;

    @Inject
    public StorefrontService(EntityManager entityManager, Clock clock) {
        this.entityManager = entityManager;
        this.clock = clock;
    }

    /**
     * Describes the storefront for the first time; nothing can be sold before.
     *
     * @param currency ISO 4217
     * @throws DuplicateException if it has been described
     */
    public Storefront describe(String externalId, String name, String currency) {
        Storefront storefront = new Storefront(TenantContext.require(), externalId, name, currency, clock.instant());
        entityManager.persist(storefront);
        Uniqueness.flush(entityManager, "a description");
        return storefront;
    }

    /** @throws NotFoundException if it was never described */
    public Storefront current() {
        TenantId tenant = TenantContext.require();
        Storefront storefront = entityManager.find(Storefront.class, tenant.value());
        if (storefront == null) {
            throw new NotFoundException("description of storefront", tenant);
        }
        return storefront;
    }
}
