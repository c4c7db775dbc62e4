package dev.rehome.bench.fleet;

import dev.rehome.config.StrategyConfig;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.life.LifeListener;
import dev.rehome.life.LifeTools;
import dev.rehome.life.TenantLife;
import dev.rehome.placement.Home;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.StrategyText;
import dev.rehome.testing.TestFleet;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * A tenant into a file and out of one, to COPY of the same tables into files and out of them, which neither proves anything nor
 * counts. Both load into tables that have their keys and indexes. Above one is faster than COPY.
 */
final class FileSection {
    private static final List<String> TABLES = List.of("customers", "customer_addresses");
    private static final int ROUNDS = 5;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final TestFleet fleet;
    private final int rows;
    private final Consumer<String> progress;

    /** @param rows of each table */
    FileSection(TestFleet fleet, int rows, Consumer<String> progress) {
        this.fleet = fleet;
        this.rows = rows;
        this.progress = progress;
    }

    void measure(Path folder, Map<String, Object> top, Map<String, Object> details)
            throws SQLException, IOException, InterruptedException {
        TenantId tenant = fleet.createTenant(Tier.SCHEMA);
        fill(tenant);
        TenantLife life = life(folder);
        List<Double> exports = new ArrayList<>();
        List<Double> imports = new ArrayList<>();
        for (int round = 0; round <= ROUNDS; round++) {
            long begun = System.nanoTime();
            copyOut(tenant, folder);
            long copied = System.nanoTime();
            Path file = folder.resolve("tenant-" + round + ".zip");
            life.export(tenant, file, new TenantLife.FileForm(false, false), LifeListener.NONE);
            double export = (copied - begun) / (double) (System.nanoTime() - copied);

            Home bare = fleet.home(Tier.SCHEMA, TenantId.of(UUID.randomUUID()));
            fleet.homes().createUnprotected(bare);
            begun = System.nanoTime();
            copyIn(bare, folder);
            copied = System.nanoTime();
            TenantId arriving = fleet.expectTenant();
            life.importFile(
                    arriving, file, Optional.of("imported"), fleet.home(Tier.SCHEMA, arriving), LifeListener.NONE);
            double arrived = (copied - begun) / (double) (System.nanoTime() - copied);
            fleet.homes().drop(bare);
            Files.delete(file);
            if (round > 0) { // the first one warms up
                exports.add(export);
                imports.add(arrived);
            }
            progress.accept("files, round " + round + "/" + ROUNDS + ": export " + export + ", import " + arrived);
        }
        LevelSection.put(top, details, "exportToBareCopy", exports);
        LevelSection.put(top, details, "importToBareCopy", imports);
    }

    private TenantLife life(Path folder) throws IOException {
        StrategyConfig strategy =
                StrategyText.of(fleet.servers()).migration("batch_size", "1000").read(folder.resolve("strategy.yaml"));
        return new TenantLife(
                new LifeTools(
                        fleet.servers(),
                        fleet.homes(),
                        fleet.directory(),
                        () -> fleet.servers()
                                .open(fleet.control(), JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "rehome benchmark"),
                        strategy),
                "the benchmark");
    }

    private void fill(TenantId tenant) throws SQLException {
        try (Connection connection = fleet.administrator(fleet.home(Tier.SCHEMA, tenant));
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "set rehome.capture = 'off'; insert into customers (storefront_id, id, external_id, email, created_at)"
                            + " select '" + tenant
                            + "', uuidv7(), 'c' || i, 'c' || i || '@example.com', now() from generate_series(1, "
                            + rows
                            + ") i; insert into customer_addresses (storefront_id, id, customer_id, city, created_at)"
                            + " select storefront_id, uuidv7(), id, 'Bern', now() from customers");
            statement.execute("vacuum analyze");
        }
    }

    private void copyOut(TenantId tenant, Path folder) throws SQLException, IOException {
        try (Connection connection =
                fleet.servers().open(fleet.home(Tier.SCHEMA, tenant), DatabaseRole.MOVER, "rehome benchmark")) {
            connection.setAutoCommit(false);
            MoverTransaction.beginRepeatableRead(connection, tenant.value());
            CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
            for (String table : TABLES) {
                try (OutputStream out =
                        new BufferedOutputStream(Files.newOutputStream(folder.resolve(table)), BUFFER_BYTES)) {
                    copy.copyOut(
                            "copy (select * from " + table + " where storefront_id = '" + tenant
                                    + "') to stdout (format binary)",
                            out);
                }
            }
            connection.rollback();
        }
    }

    private void copyIn(Home home, Path folder) throws SQLException, IOException {
        try (Connection connection = fleet.administrator(home);
                Statement statement = connection.createStatement()) {
            statement.execute("set rehome.capture = 'off'");
            CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
            for (String table : TABLES) {
                try (InputStream in =
                        new BufferedInputStream(Files.newInputStream(folder.resolve(table)), BUFFER_BYTES)) {
                    copy.copyIn("copy " + table + " from stdin (format binary)", in, BUFFER_BYTES);
                }
            }
        }
    }
}
