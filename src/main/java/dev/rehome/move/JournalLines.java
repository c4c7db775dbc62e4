package dev.rehome.move;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The lines of {@code rehome_directory.move_journal}, each written and read within its caller's transaction. */
final class JournalLines {
    private static final int NOTE_LENGTH = 4000;

    private JournalLines() {}

    /**
     * What makes a line one of the audit's.
     *
     * @param action null if the line is no deed
     * @param by null for whoever runs the move
     */
    record Deed(@Nullable String action, @Nullable String by) {
        static final Deed NONE = new Deed(null, null);

        static Deed ofHolder(String action) {
            return new Deed(action, null);
        }

        /** Getting this far is the outcome that somebody wanted. */
        static Deed reaching(MovePhase phase) {
            return switch (phase) {
                case SOAK -> ofHolder("CUT_OVER");
                case DONE, ROLLED_BACK, CANCELLED -> ofHolder(phase.name());
                case PLANNED, PREPARE, BACKFILL, CATCH_UP, VERIFY, CUTOVER, RETIRE, ROLL_BACK, CANCEL -> NONE;
            };
        }
    }

    /** Adds a line to a move's journal. */
    static void note(Connection connection, Move move, String note) throws SQLException {
        note(connection, move, note, Deed.NONE);
    }

    static void note(Connection connection, Move move, String note, Deed deed) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into rehome_directory.move_journal"
                        + " (move_id, entry_no, phase, note, action, by_whom)"
                        + " select ?, coalesce((select max(entry_no) from rehome_directory.move_journal where move_id = ?), 0) + 1,"
                        + " ?, ?, ?, case when ?::text is not null then coalesce(?, m.lease_holder) end from rehome_directory.move m where m.move_id = ?")) {
            insert.setObject(1, move.id().value());
            insert.setObject(2, move.id().value());
            insert.setString(3, move.phase().name());
            insert.setString(4, cut(note, NOTE_LENGTH));
            insert.setString(5, deed.action());
            insert.setString(6, deed.action());
            insert.setString(7, deed.by());
            insert.setObject(8, move.id().value());
            insert.executeUpdate();
        }
    }

    /** A move's lines, oldest first. */
    static List<JournalEntry> of(Connection connection, MoveId id) throws SQLException {
        List<JournalEntry> lines = new ArrayList<>();
        try (PreparedStatement statement =
                connection.prepareStatement("select written_at, phase, note, by_whom from rehome_directory.move_journal"
                        + " where move_id = ? order by entry_no")) {
            statement.setObject(1, id.value());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    lines.add(new JournalEntry(
                            row.getTimestamp(1).toInstant(),
                            MovePhase.valueOf(row.getString(2)),
                            row.getString(3),
                            Optional.ofNullable(row.getString(4))));
                }
            }
        }
        return lines;
    }

    static String cut(String text, int length) {
        return text.length() > length ? text.substring(0, length) : text;
    }
}
