package dev.rehome.apps;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.TenantId;
import org.jspecify.annotations.Nullable;

/** A row of the table customers: either what a lane has written, or the row in which it counts that. */
@Entity(name = "Entry")
@Table(name = "customers")
class Entry {
    @TenantId
    @Column(name = "storefront_id")
    UUID storefrontId;

    @Id
    UUID id;

    @Version
    int version;

    /** Unique, so that nothing can be written twice: lane and number. */
    @Column(name = "external_id")
    @Nullable
    String externalId;

    /** In the counting row: lane and number of its latest entry. */
    @Column(name = "email")
    @Nullable
    String email;

    @Column(name = "created_at")
    Instant createdAt = Instant.EPOCH;

    /** For Hibernate. */
    protected Entry() {}

    Entry(UUID id, @Nullable String externalId, @Nullable String email) {
        this.id = id;
        this.externalId = externalId;
        this.email = email;
    }
}
