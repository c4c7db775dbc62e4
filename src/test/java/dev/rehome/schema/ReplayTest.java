package dev.rehome.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.testing.PostgresServer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import liquibase.changelog.ChangeLogParameters;
import liquibase.command.CommandScope;
import liquibase.command.core.helpers.DatabaseChangelogCommandStep;
import liquibase.command.core.helpers.DbUrlConnectionArgumentsCommandStep;
import liquibase.database.core.PostgresDatabase;
import liquibase.database.jvm.JdbcConnection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplayTest {
    private static final Changelog FIRST = new Changelog("changelogs/notes-1.yaml");
    private static final Changelog SECOND = new Changelog("changelogs/notes-2.yaml");
    private static final Changelog THIRD = new Changelog("changelogs/notes-3.yaml");

    private final PostgresServer server = PostgresServer.get();
    private Database database;
    private Servers servers;
    private Homes homes;
    private int made;

    @BeforeAll
    void createDatabase() throws SQLException {
        database = new Database(PostgresServer.NAME, server.createDatabase());
        servers = server.servers(database.name());
        homes = new Homes(servers, database, "storefront_id");
        homes.bringUp(database);
    }

    @AfterAll
    void dropDatabase() throws SQLException {
        server.dropDatabase(database.name());
        try (Connection connection = server.administrator("postgres");
                Statement statement = connection.createStatement()) {
            for (int i = 1; i <= made; i++) {
                statement.execute("drop role if exists \"" + name(i) + '"');
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"liquibase/home.yaml", "changelogs/notes-3.yaml"})
    void aHomeMadeByReplayIsWhatLiquibaseMakesAndLiquibaseFindsNothingToDo(String resource) throws Exception {
        Changelog changelog = new Changelog(resource);
        Home replayed = home();
        Home ordinary = home();
        homes.madeBy(changelog).create(replayed);
        updateByLiquibase(changelog, ordinary);
        homes.madeBy(changelog).create(ordinary);

        assertEquals(Level.NONE, level(home()));
        assertEquals(level(ordinary), level(replayed));
        assertEquals(List.of(), rendering(changelog, replayed).changesets());
        assertEquals(catalog(ordinary), catalog(replayed));
        assertTrue(status(changelog, replayed).contains("is up to date"), status(changelog, replayed));
        assertTrue(status(changelog, ordinary).contains("is up to date"), status(changelog, ordinary));
    }

    @ParameterizedTest
    @CsvSource({"changelogs/notes-1.yaml, changelogs/notes-2.yaml", "changelogs/notes-1.yaml, changelogs/notes-3.yaml"})
    void aHomeOfAnOlderLevelIsUpgradedByReplayAsLiquibaseDoes(String from, String to) throws Exception {
        Home replayed = home();
        Home ordinary = home();
        homes.madeBy(new Changelog(from)).create(replayed);
        homes.madeBy(new Changelog(from)).create(ordinary);
        assertTrue(rendering(new Changelog(to), replayed).ordinaryBecause().isEmpty());

        apply(new Changelog(to), replayed);
        updateByLiquibase(new Changelog(to), ordinary);
        homes.protect(ordinary);

        assertEquals(catalog(ordinary), catalog(replayed));
        assertEquals(level(ordinary), level(replayed));
        assertTrue(status(new Changelog(to), replayed).contains("is up to date"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "precondition | changeset only-with-notes has preconditions",
                "file-precondition | the changelog has preconditions",
                "run-always | changeset always runs always",
                "no-transaction | changeset concurrently runs outside a transaction",
                "schema-name | the changelog mentions the schema's name",
                "lookup-table | changeset load has a change 'addLookupTable' that only Liquibase can make",
                "modified | changeset modified has its SQL modified"
            })
    void whatOnlyLiquibaseCanDoIsLeftToIt(String name, String reason) throws Exception {
        Changelog changelog = new Changelog("changelogs/forbidden-" + name + ".yaml");
        Home here = home();
        Home reference = home();
        homes.madeBy(FIRST).create(here);
        homes.madeBy(FIRST).create(reference);

        assertEquals(reason, rendering(changelog, here).ordinaryBecause().orElseThrow());
        apply(changelog, here);
        updateByLiquibase(changelog, reference);
        homes.protect(reference);

        assertEquals(catalog(reference), catalog(here));
    }

    @Test
    void changesetsThatDoNotGoTogetherInOneTransactionAreRunByLiquibase() throws Exception {
        Changelog changelog = new Changelog("changelogs/new-enum-value.yaml");
        Home home = home();
        homes.madeBy(FIRST).create(home);
        assertTrue(rendering(changelog, home).ordinaryBecause().isEmpty());

        apply(changelog, home);

        assertTrue(status(changelog, home).contains("is up to date"));
    }

    @Test
    void aFailingChangesetLeavesTheHomeAsItWas() throws Exception {
        Home home = home();
        homes.madeBy(SECOND).create(home);
        execute(
                home,
                "set rehome.capture = 'off'; insert into notes (storefront_id, id, text) values (gen_random_uuid(), gen_random_uuid(), 'forbidden')");
        List<String> before = catalog(home);

        SQLException failure = assertThrows(SQLException.class, () -> apply(THIRD, home));

        assertEquals("23514", failure.getSQLState());
        assertTrue(
                String.valueOf(failure.getMessage())
                        .startsWith("changeset test:long-notes (changelogs/notes/030-functions.sql)"),
                failure.getMessage());
        assertEquals(before, catalog(home));
    }

    @Test
    void aHomeWhoseLevelIsAnotherOneByNowIsNotTouched() throws Exception {
        Home home = home();
        homes.madeBy(FIRST).create(home);
        Rendering rendering = rendering(THIRD, home);
        apply(SECOND, home);
        List<String> before = catalog(home);

        try (HomeTables tables = homes.madeBy(THIRD).tablesIn(database)) {
            RehomeException refused = assertThrows(
                    RehomeException.class, () -> tables.apply(home, rendering, Pace.UNHURRIED, Changelog.Guard.NONE));
            assertEquals(ErrorKind.STALE, refused.kind());
        }
        assertEquals(before, catalog(home));
    }

    @Test
    void aLockThatADeadRunHasLeftIsTakenAway() throws Exception {
        Home home = home();
        homes.madeBy(FIRST).create(home);
        execute(
                home,
                "update databasechangeloglock set locked = true, lockgranted = now(), lockedby = 'somebody dead'");

        apply(SECOND, home);

        assertTrue(status(SECOND, home).contains("is up to date"));
        assertEquals("f", ask(home, "select locked from databasechangeloglock"));
    }

    @Test
    void aLockWhoseHolderMayBeAliveIsRespected() throws Exception {
        Home home = home();
        homes.madeBy(FIRST).create(home);
        try (Connection plainLiquibase = servers.open(home, DatabaseRole.OWNER, "liquibase");
                Statement statement = plainLiquibase.createStatement()) {
            statement.execute("update databasechangeloglock set locked = true, lockgranted = now(), lockedby = 'x'");
            RehomeException refused = assertThrows(RehomeException.class, () -> apply(SECOND, home));
            assertEquals(ErrorKind.BUSY, refused.kind());
            assertTrue(refused.getMessage().contains("user rehome_owner (liquibase)"), refused.getMessage());
        }
        assertFalse(status(SECOND, home).contains("is up to date"));
    }

    @Test
    void liquibaseTakesBackWhatWasReplayed() throws Exception {
        Home home = home();
        homes.madeBy(SECOND).create(home);
        List<String> before = catalog(home);
        apply(THIRD, home);

        try (HomeTables tables = homes.madeBy(THIRD).tablesIn(database)) {
            tables.rollBack(home, 2, Pace.UNHURRIED, Changelog.Guard.NONE);
        }

        assertEquals(before, catalog(home));
    }

    private Home home() {
        return new Home(Tier.SCHEMA, database, name(++made));
    }

    private String name(int no) {
        return database.name() + "_home_" + no;
    }

    private Level level(Home home) throws SQLException {
        try (HomeTables tables = homes.tablesIn(database)) {
            return tables.level(home);
        }
    }

    private Rendering rendering(Changelog changelog, Home home) throws SQLException {
        try (HomeTables tables = homes.madeBy(changelog).tablesIn(database)) {
            return tables.rendering(home, tables.level(home));
        }
    }

    private void apply(Changelog changelog, Home home) throws SQLException {
        try (HomeTables tables = homes.madeBy(changelog).tablesIn(database)) {
            tables.apply(home, tables.rendering(home, tables.level(home)), Pace.UNHURRIED, Changelog.Guard.NONE);
        }
    }

    /** As somebody would who knows nothing of Rehome. */
    private void updateByLiquibase(Changelog changelog, Home home) throws Exception {
        run(changelog, home, "update");
    }

    private String status(Changelog changelog, Home home) throws Exception {
        return run(changelog, home, "status");
    }

    private String run(Changelog changelog, Home home, String command) throws Exception {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try (Connection connection = servers.open(home, DatabaseRole.OWNER, "liquibase")) {
            execute(home, "create schema if not exists \"" + home.schema() + "\" authorization rehome_owner");
            LiquibaseTurn.take(changelog.resource(), () -> {
                PostgresDatabase liquibase = new PostgresDatabase();
                liquibase.setConnection(new JdbcConnection(connection));
                liquibase.setDefaultSchemaName(home.schema());
                ChangeLogParameters parameters = new ChangeLogParameters(liquibase);
                Map.of("database.name", database.name(), "role.app", "rehome_app", "role.mover", "rehome_mover")
                        .forEach(parameters::set);
                return new CommandScope(command)
                        .addArgumentValue(DbUrlConnectionArgumentsCommandStep.DATABASE_ARG, liquibase)
                        .addArgumentValue(DatabaseChangelogCommandStep.CHANGELOG_FILE_ARG, changelog.resource())
                        .addArgumentValue(DatabaseChangelogCommandStep.CHANGELOG_PARAMETERS, parameters)
                        .setOutput(said)
                        .execute();
            });
        }
        return said.toString(StandardCharsets.UTF_8);
    }

    /** Everything in the home's schema, with the schema's name taken out. */
    private List<String> catalog(Home home) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (Connection connection = server.administrator(database.name());
                Statement statement = connection.createStatement()) {
            connection.setSchema(home.schema());
            for (String query : List.of(
                    "select c.relkind, c.relname, c.relrowsecurity, c.relforcerowsecurity, c.relacl, obj_description(c.oid), pg_get_userbyid(c.relowner) from pg_class c where relnamespace = S order by 2",
                    "select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, pg_get_expr(d.adbin, d.adrelid) from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum where relnamespace = S order by 1, a.attnum",
                    "select conname, pg_get_constraintdef(oid) from pg_constraint where connamespace = S order by 1",
                    "select pg_get_indexdef(i.indexrelid) from pg_index i join pg_class c on c.oid = i.indexrelid where c.relnamespace = S order by 1",
                    "select pg_get_triggerdef(t.oid), t.tgenabled from pg_trigger t join pg_class c on c.oid = t.tgrelid where c.relnamespace = S and not tgisinternal order by 1",
                    "select tablename, policyname, roles, cmd, qual, with_check from pg_policies where schemaname = S::regnamespace::text order by 1, 2",
                    "select proname, prosrc, proacl from pg_proc where pronamespace = S order by 1",
                    "select nspacl from pg_namespace where oid = S",
                    "select orderexecuted, id, author, filename, md5sum, description, comments, tag, liquibase, exectype, contexts, labels from databasechangelog order by 1",
                    "select * from databasechangeloglock")) {
                try (ResultSet row = statement.executeQuery(query.replace("S::", "S ::")
                        .replaceAll("\\bS\\b", "'\"" + home.schema() + "\"'::regnamespace"))) {
                    while (row.next()) {
                        StringBuilder line = new StringBuilder();
                        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                            line.append(row.getString(i)).append(" | ");
                        }
                        // Where a changelog mentions the schema's name, so does the checksum.
                        lines.add(line.toString()
                                .replace(home.schema(), "HOME")
                                .replaceAll("(schema-name.sql \\| 9:)[0-9a-f]+", "$1"));
                    }
                }
            }
        }
        return lines;
    }

    private void execute(Home home, String sql) throws SQLException {
        try (Connection connection = server.administrator(database.name());
                Statement statement = connection.createStatement()) {
            connection.setSchema(home.schema());
            statement.execute(sql);
        }
    }

    private String ask(Home home, String sql) throws SQLException {
        try (Connection connection = server.administrator(database.name());
                Statement statement = connection.createStatement()) {
            connection.setSchema(home.schema());
            try (ResultSet row = statement.executeQuery(sql)) {
                row.next();
                return row.getString(1);
            }
        }
    }
}
