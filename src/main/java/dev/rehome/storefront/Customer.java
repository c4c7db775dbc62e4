package dev.rehome.storefront;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.SQLRestriction;
import org.jspecify.annotations.Nullable;

/**
 * A customer. One that was deleted stays as a row, because orders refer to it, but no query and no look-up by id finds it
 * any more.
 */
@Entity
@Table(name = "customers")
@SQLRestriction("deleted_at is null")
public class Customer extends TenantRow {
    @Column(name = "external_id")
    private @Nullable String externalId;

    @Column
    private @Nullable String email;

    @Column(name = "created_at", nullable = false, updatable = false)
    private Instant createdAt;

    @Column(name = "deleted_at")
    private @Nullable Instant deletedAt;

    protected Customer() {}

    Customer(String email, @Nullable String externalId, Instant createdAt) {
        this.email = email;
        this.externalId = externalId;
        this.createdAt = createdAt;
    }

    void changeEmail(String newEmail) {
        email = newEmail;
    }

    /** Gives up the e-mail too, so that its owner can register again. */
    void delete(Instant now) {
        deletedAt = now;
        email = null;
    }

    /** The id in the system that the customer came from; unique within the storefront. */
    public @Nullable String getExternalId() {
        return externalId;
    }

    /** Unique within the storefront. Guests and deleted customers have none. */
    public @Nullable String getEmail() {
        return email;
    }

    public Instant getCreatedAt() {
        return createdAt;
    }
}
