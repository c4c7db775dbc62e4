package dev.rehome.storefront;

import jakarta.persistence.Column;
import jakarta.persistence.Id;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.Version;
import java.util.UUID;
import org.hibernate.annotations.TenantId;
import org.hibernate.annotations.UuidGenerator;

/**
 * What every row of a storefront has. The table's key is (storefront_id, id); ids are UUIDs of version 7 and unique
 * everywhere, so that the entity's key is the id alone.
 */
@MappedSuperclass
public abstract class TenantRow {
    @TenantId
    @Column(name = "storefront_id")
    private UUID storefrontId;

    @Id
    @UuidGenerator(style = UuidGenerator.Style.VERSION_7)
    private UUID id;

    @Version
    private int version;

    TenantRow() {}

    public UUID getStorefrontId() {
        return storefrontId;
    }

    public UUID getId() {
        return id;
    }

    public int getVersion() {
        return version;
    }
}
