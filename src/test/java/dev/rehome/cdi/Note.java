package dev.rehome.cdi;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;
import org.hibernate.annotations.TenantId;

/** The smallest entity of a tenant. */
@Entity
@Table(name = "notes")
class Note {
    static final String TABLE = "create table notes (storefront_id uuid not null, id varchar(40) not null,"
            + " primary key (storefront_id, id))";

    @TenantId
    @Column(name = "storefront_id")
    UUID storefrontId;

    @Id
    String id;

    protected Note() {}

    Note(String id) {
        this.id = id;
    }
}
