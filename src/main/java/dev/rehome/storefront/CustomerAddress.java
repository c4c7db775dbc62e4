package dev.rehome.storefront;

import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An address that a customer has orders sent to. */
@Entity
@Table(name = "customer_addresses")
public class CustomerAddress extends TenantRow {
    @ManyToOne(fetch = FetchType.LAZY, optional = false)
    @JoinColumn(name = "customer_id", updatable = false)
    private Customer customer;

    /** Hibernate reads a row in which everything is unknown as null. */
    @Embedded
    private @Nullable Place place;

    @Column(name = "created_at", nullable = false, updatable = false)
    private Instant createdAt;

    protected CustomerAddress() {}

    CustomerAddress(Customer customer, Place place, Instant createdAt) {
        this.customer = customer;
        this.place = place;
        this.createdAt = createdAt;
    }

    void correct(Place corrected) {
        place = corrected;
    }

    public UUID getCustomerId() {
        return customer.getId();
    }

    public Place getPlace() {
        return place == null ? Place.UNKNOWN : place;
    }

    public Instant getCreatedAt() {
        return createdAt;
    }
}
