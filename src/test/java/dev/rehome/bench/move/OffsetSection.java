package dev.rehome.bench.move;

import dev.rehome.bench.Spread;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.placement.Home;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A whole move compared with the obvious way: read {@value #BATCH} rows by offset, insert them as a batch, commit, go on. A
 * part is measured, at offsets spread evenly over each table. As reading takes longer in proportion to the offset, the mean
 * over the part is that of the whole.
 */
final class OffsetSection {
    private static final int BATCH = 1_000;
    /** For the largest table; a third of it for the others. */
    private static final int BATCHES = 24;

    private static final int LARGE = 1_000_000;

    private final Market market;
    private final Consumer<String> progress;

    OffsetSection(Market market, Consumer<String> progress) {
        this.market = market;
        this.progress = progress;
    }

    /** @param moveSeconds what a whole move takes */
    void run(Target target, double moveSeconds, Figures figures) throws SQLException {
        Home home = target.home(market.large());
        market.homes().create(home);
        try (Connection source = market.servers().administrator(Market.SHARED);
                Connection there = market.servers().administrator(home);
                Statement settings = there.createStatement()) {
            source.setAutoCommit(false);
            there.setAutoCommit(false);
            // Nobody follows it, and a part refers to rows that are not in it: no foreign key is checked, in its
            // favour.
            settings.execute("set rehome.capture = 'off'; set session_replication_role = replica");
            there.commit();
            double seconds = 0;
            Map<String, Object> details = new LinkedHashMap<>();
            for (TenantTable table : TenantTables.read(source, Market.SHARED.schema(), Market.TENANT_COLUMN)
                    .parentsFirst()) {
                seconds += wholeTable(source, there, home, table, details);
            }
            details.put("secondsOfTheWhole", Spread.rounded(seconds));
            details.put("rowsPerSecond", Math.round(market.size().rows() / seconds));
            details.put("moveSeconds", Spread.rounded(moveSeconds));
            figures.put("speedupOverOffset", target, Spread.of(List.of(seconds / moveSeconds)));
            figures.detail("offset", target, details);
            progress.accept("  " + details);
        } finally {
            market.homes().drop(home);
        }
    }

    /** The seconds that the whole table would take. */
    private double wholeTable(
            Connection source, Connection there, Home home, TenantTable table, Map<String, Object> details)
            throws SQLException {
        long rows = count(source, table);
        if (rows <= BATCH) {
            return 0;
        }
        int batches = (int) Math.min(rows / BATCH, rows > LARGE ? BATCHES : BATCHES / 3);
        List<Double> secondsPerRow = new ArrayList<>();
        for (int i = 0; i < batches; i++) {
            long offset = Math.round((i + 0.5) / batches * rows - BATCH / 2.0);
            long began = System.nanoTime();
            int copied = copy(source, there, home, table, offset);
            secondsPerRow.add((System.nanoTime() - began) / 1e9 / copied);
        }
        double mean = secondsPerRow.stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElseThrow();
        details.put(
                table.name(),
                Map.of(
                        "rows",
                        rows,
                        "rowsMeasured",
                        (long) batches * BATCH,
                        "rowsPerSecondAtTheFirst",
                        Math.round(1 / secondsPerRow.get(0)),
                        "rowsPerSecondAtTheLast",
                        Math.round(1 / secondsPerRow.get(batches - 1))));
        return mean * rows;
    }

    private long count(Connection source, TenantTable table) throws SQLException {
        try (PreparedStatement statement = source.prepareStatement(
                "select count(*) from " + table.in(Market.SHARED.schema()) + " where storefront_id = ?")) {
            statement.setObject(1, market.large().value());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private int copy(Connection source, Connection there, Home home, TenantTable table, long offset)
            throws SQLException {
        int rows = 0;
        int columns = table.columns().size();
        try (PreparedStatement select = source.prepareStatement("select " + table.columnList() + " from "
                        + table.in(Market.SHARED.schema()) + " where storefront_id = ? order by id limit ? offset ?");
                PreparedStatement insert = there.prepareStatement("insert into " + table.in(home.schema()) + " ("
                        + SqlNames.list(table.columns().stream()
                                .map(TenantTable.Column::name)
                                .toList())
                        + ") values (" + String.join(", ", Collections.nCopies(columns, "?")) + ")")) {
            select.setObject(1, market.large().value());
            select.setInt(2, BATCH);
            select.setLong(3, offset);
            try (ResultSet row = select.executeQuery()) {
                for (; row.next(); rows++) {
                    for (int column = 1; column <= columns; column++) {
                        insert.setObject(column, row.getObject(column));
                    }
                    insert.addBatch();
                }
            }
            insert.executeBatch();
            there.commit();
            source.commit();
        }
        return rows;
    }
}
