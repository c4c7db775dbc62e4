package dev.rehome.bench.requestpath;

import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTable.Column;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.placement.Home;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * The tables of the variants without Rehome: the columns and rows of a shared home, with the keys and indexes that their
 * users would choose. Those are single-column keys; an index serves as many queries as its counterpart of ours. No row-level
 * security, no triggers, foreign keys of one column.
 */
final class PeerTables {
    /** {@code {tenant}} leads the indexes by which queries that name the tenant look. Hibernate names it for roots, not for children. */
    private static final String KEYS = """
            alter table storefronts add primary key (id);
            alter table customers add primary key (id), add unique ({tenant}external_id), add unique ({tenant}email);
            alter table customer_addresses add primary key (id), add foreign key (customer_id) references customers;
            create index on customer_addresses (customer_id);
            alter table orders add primary key (id), add unique ({tenant}external_id), add foreign key (customer_id) references customers,
                add foreign key (shipping_address_id) references customer_addresses;
            create index on orders ({tenant}customer_id, ordered_at desc, id desc);
            create index on orders (shipping_address_id);
            alter table order_items add primary key (id), add unique (order_id, line_no), add foreign key (order_id) references orders;
            alter table shopping_carts add primary key (id), add foreign key (customer_id) references customers,
                add foreign key (derived_from_order_id) references orders;
            create index on shopping_carts ({tenant}customer_id, status);
            create index on shopping_carts (derived_from_order_id);
            alter table cart_items add primary key (id), add unique (cart_id, line_no), add foreign key (cart_id) references shopping_carts""";

    private PeerTables() {}

    /** Tables of all tenants, told apart by a column. */
    static void createForAll(Connection administrator, Home shared, String schema, String reader) throws SQLException {
        create(administrator, shared, schema, reader, null);
    }

    /** Tables of one tenant, without the column. */
    static void createForOne(Connection administrator, Home shared, String schema, String reader, TenantId only)
            throws SQLException {
        create(administrator, shared, schema, reader, only);
    }

    private static void create(
            Connection administrator, Home shared, String schema, String reader, @Nullable TenantId only)
            throws SQLException {
        try (Statement statement = administrator.createStatement()) {
            statement.execute("create schema " + SqlNames.quote(schema));
            for (TenantTable table : TenantTables.read(administrator, shared.schema(), TestFleet.TENANT_COLUMN)) {
                statement.execute("create table " + table.in(schema) + " (like " + table.in(shared.schema())
                        + " including defaults)");
                if (only == null) {
                    statement.execute(
                            "insert into " + table.in(schema) + " select * from " + table.in(shared.schema()));
                } else {
                    statement.execute(
                            "alter table " + table.in(schema) + " drop column " + SqlNames.quote(table.tenantColumn()));
                    copy(administrator, table, shared.schema(), schema, only);
                }
            }
            administrator.setSchema(schema);
            statement.execute(
                    KEYS.replace("{tenant}", only == null ? SqlNames.quote(TestFleet.TENANT_COLUMN) + ", " : ""));
            statement.execute("grant usage on schema " + SqlNames.quote(schema) + " to " + SqlNames.quote(reader));
            statement.execute("grant select, insert, update, delete on all tables in schema " + SqlNames.quote(schema)
                    + " to " + SqlNames.quote(reader));
        }
    }

    private static void copy(Connection connection, TenantTable table, String from, String to, TenantId tenant)
            throws SQLException {
        String columns = SqlNames.list(table.columns().stream()
                .map(Column::name)
                .filter(name -> !name.equals(table.tenantColumn()))
                .toList());
        try (PreparedStatement statement = connection.prepareStatement("insert into " + table.in(to) + " (" + columns
                + ") select " + columns + " from " + table.in(from) + " where "
                + SqlNames.quote(table.tenantColumn()) + " = ?")) {
            statement.setObject(1, tenant.value());
            statement.executeUpdate();
        }
    }
}
