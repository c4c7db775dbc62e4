package dev.rehome.storefront;

import dev.rehome.tenant.TenantId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The storefront's description of itself: the one row whose id is the tenant's. */
@Entity
@Table(name = "storefronts")
public class Storefront {
    @org.hibernate.annotations.TenantId
    @Column(name = "storefront_id")
    private UUID storefrontId;

    @Id
    private UUID id;

    @Version
    private int version;

    @Column(name = "external_id", nullable = false)
    private String externalId;

    @Column(nullable = false)
    private String name;

    @Column
    private @Nullable String country;

    @Column
    private @Nullable String region;

    @Column
    private @Nullable String city;

    @Column(name = "zip_prefix")
    private @Nullable String zipPrefix;

    @Column(nullable = false)
    private String currency;

    @Column(name = "created_at")
    private @Nullable Instant createdAt;

    protected Storefront() {}

    Storefront(TenantId tenant, String externalId, String name, String currency, Instant createdAt) {
        this.storefrontId = tenant.value();
        this.id = tenant.value();
        this.externalId = externalId;
        this.name = name;
        this.currency = currency;
        this.createdAt = createdAt;
    }

    public UUID getId() {
        return id;
    }

    public String getExternalId() {
        return externalId;
    }

    public String getName() {
        return name;
    }

    public @Nullable String getCountry() {
        return country;
    }

    public @Nullable String getRegion() {
        return region;
    }

    public @Nullable String getCity() {
        return city;
    }

    public @Nullable String getZipPrefix() {
        return zipPrefix;
    }

    /** ISO 4217. New carts are in it. */
    public String getCurrency() {
        return currency;
    }

    public @Nullable Instant getCreatedAt() {
        return createdAt;
    }
}
