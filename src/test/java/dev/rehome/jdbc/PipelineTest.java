package dev.rehome.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.rehome.testing.TestFleet;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PipelineTest {
    @AutoClose
    private final TestFleet fleet = TestFleet.onPostgres();

    @AutoClose
    private final Connection connection = fleet.administrator(fleet.sharedHome());

    PipelineTest() throws SQLException {}

    @BeforeEach
    void begin() throws SQLException {
        connection.setAutoCommit(false);
        new Pipeline(connection)
                .then("create temporary table word (no integer, word text)")
                .execute();
    }

    @Test
    void eachStatementSaysHowManyRowsItHasWritten() throws SQLException {
        List<Long> written = new Pipeline(connection)
                .then("insert into word select i, 'w' || i from generate_series(1, ?) i", 3)
                .then("select count(*) from word")
                .then("update word set word = ? where no = any (cast(? as integer[]))", "two; or ?", "{2,3}")
                .then("delete from word where no = 4")
                .execute();

        assertEquals(List.of(3L, 2L, 0L), written);
        assertEquals(List.of("two; or ?", "two; or ?", "w1"), words());
    }

    @Test
    void theRowsAreThoseOfTheLastStatement() throws SQLException {
        List<String> answered = new Pipeline(connection)
                .then("select 'not these'")
                .then("insert into word values (1, null)")
                .then("select coalesce(w, 'null') from unnest(cast(? as text[])) w", (Object)
                        new String[] {"a,b", "{\"}", null, ""})
                .query(row -> {
                    List<String> texts = new ArrayList<>();
                    while (row.next()) {
                        texts.add(row.getString(1));
                    }
                    return texts;
                });

        assertEquals(List.of("a,b", "{\"}", "null", ""), answered);
    }

    @Test
    void nothingBehindAFailedStatementIsDone() throws SQLException {
        connection.commit();
        connection.setAutoCommit(true);

        SQLException failure = assertThrows(
                SQLException.class,
                () -> new Pipeline(connection)
                        .then("insert into word values (1, 'before')")
                        .then("insert into word values (1 / ?, 'failed')", 0)
                        .then("insert into word values (2, 'behind')")
                        .execute());

        assertEquals("22012", failure.getSQLState());
        assertEquals(List.of(), words());
    }

    private List<String> words() throws SQLException {
        return new Pipeline(connection)
                .then("select word from word order by word")
                .query(row -> {
                    List<String> words = new ArrayList<>();
                    while (row.next()) {
                        words.add(row.getString(1));
                    }
                    return words;
                });
    }
}
