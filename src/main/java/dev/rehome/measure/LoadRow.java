package dev.rehome.measure;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A load as the directory's columns have it: those from transactions to buckets, in the order of the tables. */
public final class LoadRow {
    private LoadRow() {}

    /** @param first the number of the column transactions */
    public static Load read(ResultSet row, int first) throws SQLException {
        return new Load(
                row.getLong(first),
                row.getLong(first + 1),
                row.getLong(first + 2),
                row.getLong(first + 3),
                row.getLong(first + 4),
                QueryTimes.of(
                        row.getInt(first + 5), (Long[]) row.getArray(first + 6).getArray()));
    }

    /** @param first the number of the parameter transactions */
    public static void bind(PreparedStatement statement, int first, Load load) throws SQLException {
        Connection connection = statement.getConnection();
        statement.setLong(first, load.transactions());
        statement.setLong(first + 1, load.writingTransactions());
        statement.setLong(first + 2, load.writtenRows());
        statement.setLong(first + 3, load.queries());
        statement.setLong(first + 4, load.queryMicros());
        statement.setInt(first + 5, load.queryTimes().first());
        statement.setArray(
                first + 6, connection.createArrayOf("bigint", load.queryTimes().counts()));
    }
}
