package dev.rehome.move;

import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTables;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;

/** Copies the rows of a tenant that stands still, parents first, in one transaction at the target. Plain JDBC. */
final class RowCopy {
    private static final int BATCH_ROWS = 1_000;

    private final Connection source;
    private final Connection target;
    private final TenantTables tables;
    private final Move move;
    private final MoveListener listener;
    private final long began = System.nanoTime();
    private long rows;

    RowCopy(Connection source, Connection target, TenantTables tables, Move move, MoveListener listener) {
        this.source = source;
        this.target = target;
        this.tables = tables;
        this.move = move;
        this.listener = listener;
    }

    /** Returns how many rows there were. The target is committed. */
    long run() throws SQLException {
        for (TenantTable table : tables.parentsFirst()) {
            copy(table);
        }
        target.commit();
        return rows;
    }

    private void copy(TenantTable table) throws SQLException {
        String parameters =
                String.join(", ", Collections.nCopies(table.columns().size(), "?"));
        try (PreparedStatement select = source.prepareStatement("select " + table.columnList() + " from "
                        + table.in(move.source().home().schema()) + " where " + SqlNames.quote(table.tenantColumn())
                        + " = ?");
                PreparedStatement insert = target.prepareStatement(
                        "insert into " + table.in(move.target().schema()) + " (" + table.columnList()
                                + ") overriding system value values (" + parameters + ")")) {
            select.setObject(1, move.tenant().value());
            try (ResultSet row = select.executeQuery()) {
                int batched = 0;
                while (row.next()) {
                    for (int column = 1; column <= table.columns().size(); column++) {
                        insert.setObject(column, row.getObject(column));
                    }
                    insert.addBatch();
                    if (++batched == BATCH_ROWS) {
                        flush(insert, batched);
                        batched = 0;
                    }
                }
                flush(insert, batched);
            }
        }
    }

    private void flush(PreparedStatement insert, int batched) throws SQLException {
        if (batched > 0) {
            insert.executeBatch();
            rows += batched;
            Duration elapsed = Duration.ofNanos(System.nanoTime() - began);
            listener.progressed(move, new MoveProgress(move.phase(), rows, 0, 0, 0, elapsed));
        }
    }
}
