package dev.rehome.bench.requestpath;

import dev.rehome.bench.requestpath.Rows.OrderRow;
import dev.rehome.tenant.TenantId;
import java.util.UUID;
import java.util.function.Supplier;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.jspecify.annotations.Nullable;

/**
 * One of the ways to a tenant's rows that are compared. Thread-safe.
 *
 * @param sessionTenant what its sessions are opened with; null where Hibernate knows of no tenants, or asks Rehome for them
 * @param rowsOf whose sample rows it reads and writes
 * @param newOrder makes an empty order of the variant's entity
 */
record Variant(
        Name name,
        SessionFactory sessions,
        @Nullable UUID sessionTenant,
        TenantId rowsOf,
        Supplier<? extends OrderRow> newOrder) {

    /** The variants, in the order in which they are reported. */
    enum Name {
        /** Hibernate without tenants, on tables of one storefront alone. */
        PLAIN("plain"),
        /** Hibernate's {@code @TenantId} on shared tables, and nothing below it. */
        TENANT_ID("tenantId"),
        /** Hibernate's {@code TenantSchemaMapper}: a schema a tenant. */
        SCHEMA_MAPPER("schemaMapper"),
        SHARED("shared"),
        SCHEMA("schema"),
        DATABASE("database");

        private final String label;

        Name(String label) {
            this.label = label;
        }

        /** Its name in the figures. */
        String label() {
            return label;
        }

        boolean isOurs() {
            return this == SHARED || this == SCHEMA || this == DATABASE;
        }
    }

    Session open() {
        return sessionTenant == null
                ? sessions.openSession()
                : sessions.withOptions()
                        .tenantIdentifier((Object) sessionTenant)
                        .openSession();
    }
}
