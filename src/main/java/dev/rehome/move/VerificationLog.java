package dev.rehome.move;

import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.verify.Checksum;
import dev.rehome.verify.Difference;
import dev.rehome.verify.VerificationReport;
import dev.rehome.verify.VerifiedTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;

/**
 * The verification reports that are kept with the moves, in the directory. Thread-safe; failures of the database are
 * {@code RehomeException}s (EXTERNAL).
 */
public final class VerificationLog {
    private static final String[] COUNTS = {
        "ranges",
        "unequal_ranges",
        "source_rows",
        "target_rows",
        "missing",
        "extra",
        "different",
        "repaired",
        "foreign_at_source",
        "foreign_at_target"
    };

    private final ConnectionSource connections;

    VerificationLog(ConnectionSource connections) {
        this.connections = connections;
    }

    /**
     * A report as it was kept.
     *
     * @param number from 1, in the order in which the move's reports were kept
     * @param phase of the move at the time
     * @param verifiedBy which mover
     */
    public record Kept(int number, MovePhase phase, String verifiedBy, VerificationReport report) {}

    void keep(Move move, MovePhase phase, VerificationReport report, String by) {
        connections.transact(connection -> {
            int number = insert(connection, move, phase, report, by);
            for (VerifiedTable table : report.tables()) {
                insert(connection, move, number, table);
            }
            insert(connection, move, number, report.differences());
            return number;
        });
    }

    /** The reports of a move, oldest first. */
    public List<Kept> of(Move move) {
        return connections.transact(connection -> {
            List<Kept> reports = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(
                    "select report_no, phase, backward, verified_by,"
                            + " started_at, ended_at from rehome_directory.move_verification where move_id = ? order by report_no")) {
                statement.setObject(1, move.id().value());
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        int number = row.getInt(1);
                        boolean backward = row.getBoolean(3);
                        reports.add(new Kept(
                                number,
                                MovePhase.valueOf(row.getString(2)),
                                row.getString(4),
                                new VerificationReport(
                                        backward ? move.target() : move.source().home(),
                                        backward ? move.source().home() : move.target(),
                                        row.getTimestamp(5).toInstant(),
                                        row.getTimestamp(6).toInstant(),
                                        tables(connection, move, number),
                                        differences(connection, move, number))));
                    }
                }
            }
            return reports;
        });
    }

    private static int insert(Connection connection, Move move, MovePhase phase, VerificationReport report, String by)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into rehome_directory.move_verification"
                + " (move_id, report_no, phase, backward, verified_by, started_at, ended_at)"
                + " select ?, coalesce(max(report_no), 0) + 1, ?, ?, ?, ?, ?"
                + " from rehome_directory.move_verification where move_id = ? returning report_no")) {
            insert.setObject(1, move.id().value());
            insert.setString(2, phase.name());
            insert.setBoolean(3, report.source().equals(move.target()));
            insert.setString(4, by);
            insert.setTimestamp(5, Timestamp.from(report.startedAt()));
            insert.setTimestamp(6, Timestamp.from(report.endedAt()));
            insert.setObject(7, move.id().value());
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    private static void insert(Connection connection, Move move, int number, VerifiedTable table) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("insert into rehome_directory.move_verification_table (move_id, report_no,"
                        + " table_name, source_sum, target_sum, " + String.join(", ", COUNTS)
                        + ") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setObject(1, move.id().value());
            insert.setInt(2, number);
            insert.setString(3, table.name());
            insert.setObject(4, table.source().sum(), java.sql.Types.NUMERIC);
            insert.setObject(5, table.target().sum(), java.sql.Types.NUMERIC);
            long[] counts = {
                table.ranges(),
                table.unequalRanges(),
                table.source().rows(),
                table.target().rows(),
                table.missing(),
                table.extra(),
                table.different(),
                table.repaired(),
                table.foreignAtSource(),
                table.foreignAtTarget()
            };
            for (int i = 0; i < counts.length; i++) {
                insert.setLong(6 + i, counts[i]);
            }
            insert.executeUpdate();
        }
    }

    private static void insert(Connection connection, Move move, int number, List<Difference> differences)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into rehome_directory.move_difference"
                        + " (move_id, report_no, difference_no, table_name, key, kind, repaired) values (?, ?, ?, ?, ?, ?, ?)")) {
            int count = 0;
            for (Difference difference : differences) {
                insert.setObject(1, move.id().value());
                insert.setInt(2, number);
                insert.setInt(3, ++count);
                insert.setString(4, difference.table());
                insert.setArray(
                        5, connection.createArrayOf("text", difference.key().toArray()));
                insert.setString(6, difference.kind().name());
                insert.setBoolean(7, difference.repaired());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static List<VerifiedTable> tables(Connection connection, Move move, int number) throws SQLException {
        List<VerifiedTable> tables = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "select *"
                        + " from rehome_directory.move_verification_table where move_id = ? and report_no = ? order by table_name")) {
            statement.setObject(1, move.id().value());
            statement.setInt(2, number);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    tables.add(new VerifiedTable(
                            row.getString("table_name"),
                            row.getInt("ranges"),
                            row.getInt("unequal_ranges"),
                            checksum(row, "source"),
                            checksum(row, "target"),
                            row.getLong("missing"),
                            row.getLong("extra"),
                            row.getLong("different"),
                            row.getLong("repaired"),
                            row.getLong("foreign_at_source"),
                            row.getLong("foreign_at_target")));
                }
            }
        }
        return tables;
    }

    private static Checksum checksum(ResultSet row, String side) throws SQLException {
        return new Checksum(
                row.getLong(side + "_rows"), row.getBigDecimal(side + "_sum").toBigIntegerExact());
    }

    private static List<Difference> differences(Connection connection, Move move, int number) throws SQLException {
        List<Difference> differences = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "select table_name, key, kind, repaired"
                        + " from rehome_directory.move_difference where move_id = ? and report_no = ? order by difference_no")) {
            statement.setObject(1, move.id().value());
            statement.setInt(2, number);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    differences.add(new Difference(
                            row.getString(1),
                            List.of((String[]) row.getArray(2).getArray()),
                            Difference.Kind.valueOf(row.getString(3)),
                            row.getBoolean(4)));
                }
            }
        }
        return differences;
    }
}
