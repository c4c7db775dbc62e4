package dev.rehome.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@TestInstance(Lifecycle.PER_CLASS)
class MoveObstaclesTest {
    private static final String COLUMN = "storefront_id";
    private static final String SOUND = "(storefront_id uuid not null, id uuid not null, other_id uuid, amount numeric,"
            + " primary key (storefront_id, id)";

    private final PostgresServer server = PostgresServer.get();
    private String control;
    private Servers servers;
    private Homes homes;
    private Home shared;
    private Home own;

    @BeforeAll
    void createHomes() throws SQLException {
        control = server.createDatabase();
        servers = server.servers(control);
        homes = new Homes(servers, new Database(PostgresServer.NAME, control), COLUMN);
        shared = new Home(Tier.SHARED, PostgresServer.NAME, control, "shared");
        own = new Home(Tier.SCHEMA, PostgresServer.NAME, control, control + "_own");
        homes.create(shared);
        homes.create(own);
    }

    @AfterAll
    void dropDatabase() throws SQLException {
        homes.drop(own);
        server.dropDatabase(control);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("obstacles")
    void isFoundAndNamedWithTheReason(String named, String reason, String ddl) throws SQLException {
        List<String> obstacles = inVain(ddl, connection -> MoveObstacles.of(connection, shared, COLUMN));

        assertEquals(
                List.of(named + " of home " + shared),
                obstacles.stream()
                        .map(each -> each.replaceFirst(" (" + reason + ").*", ""))
                        .toList());
    }

    static Stream<Arguments> obstacles() {
        return Stream.of(
                obstacle(
                        "Table planted",
                        "has no primary key",
                        "create table planted " + SOUND + "); P; alter table planted drop constraint planted_pkey"),
                obstacle(
                        "Primary key planted_pkey of table planted",
                        "leaves out the tenant's column",
                        "create table planted (storefront_id uuid not null, id uuid primary key); P"),
                obstacle(
                        "Unique index planted_other_id_key of table planted",
                        "leaves out the tenant's column",
                        "create table planted " + SOUND + ", unique (other_id)); P"),
                obstacle(
                        "Unique index planted_including of table planted",
                        "leaves out the tenant's column",
                        "create table planted " + SOUND
                                + "); create unique index planted_including on planted (other_id) include (storefront_id); P"),
                obstacle(
                        "Exclusion constraint planted_apart of table planted",
                        "does not compare the tenant's column",
                        "create table planted " + SOUND
                                + ", constraint planted_apart exclude using btree (amount with =)); P"),
                obstacle(
                        "The tenant's column of table planted",
                        "is not of type uuid",
                        "create domain planted_id as uuid; create table planted (storefront_id planted_id not null, id uuid, primary key (storefront_id, id)); P"),
                obstacle(
                        "Table planted", "has no enabled trigger that captures", "create table planted " + SOUND + ")"),
                obstacle(
                        "Table planted",
                        "has no enabled trigger that captures",
                        "create table planted " + SOUND + "); P; alter table planted disable trigger rehome_capture"),
                obstacle(
                        "Foreign key planted_fk of table planted to shared.lookup",
                        "refers to rows that are not moved",
                        "create table lookup (id uuid primary key); create table planted " + SOUND
                                + ", constraint planted_fk foreign key (other_id) references lookup deferrable); P"),
                obstacle(
                        "Foreign key planted_fk of table planted to public.lookup",
                        "refers to rows that are not moved",
                        "create table public.lookup (storefront_id uuid, id uuid, primary key (storefront_id, id)); create table planted "
                                + SOUND
                                + ", constraint planted_fk foreign key (storefront_id, other_id) references public.lookup deferrable); P"),
                obstacle(
                        "Foreign key planted_fk of table shared.lookup to table customers",
                        "ties rows that are not moved",
                        "create table lookup (a uuid, b uuid, constraint planted_fk foreign key (a, b) references customers deferrable)"),
                obstacle(
                        "Foreign key planted_fk of table planted",
                        "leaves out the tenant's column",
                        "create table planted " + SOUND
                                + ", constraint planted_fk foreign key (other_id, id) references customers (storefront_id, id) deferrable); P"),
                obstacle(
                        "Foreign key planted_fk of table planted",
                        "would delete or refuse",
                        "create table planted " + SOUND
                                + ", constraint planted_fk foreign key (storefront_id, other_id) references customers on delete cascade deferrable); P"),
                obstacle(
                        "Foreign key planted_fk of table planted",
                        "would delete or refuse",
                        "create table planted " + SOUND
                                + ", constraint planted_fk foreign key (storefront_id, other_id) references customers); P"),
                obstacle(
                        "Column picture of table planted",
                        "is an oid",
                        "create table planted (storefront_id uuid not null, id uuid, picture oid, primary key (storefront_id, id)); P"),
                obstacle(
                        "Trigger planted_insert of table planted",
                        "would run once more",
                        "create table planted " + SOUND + "); P; create trigger planted_insert after insert on planted"
                                + " for each row execute function suppress_redundant_updates_trigger()"),
                obstacle(
                        "Rule planted_rule of table planted",
                        "would change what the mover writes",
                        "create table planted " + SOUND
                                + "); P; create rule planted_rule as on delete to planted do instead nothing"),
                obstacle(
                        "Policy planted_policy of table planted",
                        "can hide rows",
                        "create table planted " + SOUND
                                + "); P; create policy planted_policy on planted as restrictive using (amount is null)"),
                obstacle(
                        "Sequence planted_seq",
                        "starts again when it ends",
                        "create sequence planted_seq maxvalue 100 cycle"));
    }

    /** P stands for what protects the home. */
    private static Arguments obstacle(String named, String reason, String ddl) {
        return Arguments.of(named, reason, ddl);
    }

    @Test
    void partitionedAndInheritedTablesAreObstacles() throws SQLException {
        List<String> obstacles = inVain(
                "create table parts (storefront_id uuid not null, id uuid, primary key (storefront_id, id)) partition by hash (storefront_id);"
                        + " create table part partition of parts for values with (modulus 1, remainder 0);"
                        + " create table heir (extra text) inherits (customers)",
                connection -> MoveObstacles.of(connection, shared, COLUMN));

        assertEquals(
                List.of("Table customers", "Table heir", "Table part", "Table parts"),
                obstacles.stream()
                        .filter(each -> each.contains(" is partitioned, a partition, or inherits"))
                        .map(each -> each.replaceFirst(" of home.*", ""))
                        .toList());
    }

    @Test
    void soundTablesAndLookupTablesAreNone() throws SQLException {
        assertEquals(
                List.of(),
                inVain(
                        "create table lookup (code text primary key, parent text references lookup on delete cascade);"
                                + " create extension btree_gist;"
                                + " create table planted (storefront_id uuid not null, id bigint generated always as identity,"
                                + " parent_id bigint, no serial, amount numeric(9, 2), doubled numeric generated always as (amount * 2) stored,"
                                + " during tstzrange, mood text, primary key (storefront_id, id), unique (storefront_id, no),"
                                + " exclude using gist (storefront_id with =, during with &&),"
                                + " foreign key (storefront_id, parent_id) references planted deferrable initially deferred);"
                                + " create index on planted (mood); P;"
                                + " create trigger touched before update on planted for each row execute function suppress_redundant_updates_trigger();"
                                + " create trigger audited after insert on planted for each row when (current_user <> 'rehome_mover')"
                                + " execute function suppress_redundant_updates_trigger();"
                                + " create policy of_the_application on planted as restrictive to rehome_app using (mood is null)",
                        connection -> MoveObstacles.of(connection, shared, COLUMN)));
        try (Connection connection = mover(own)) {
            assertEquals(List.of(), MoveObstacles.of(connection, own, COLUMN));
        }
    }

    @Test
    void allObstaclesAreReportedTogetherWithWhatToDo() throws SQLException {
        List<String> obstacles = new ArrayList<>(inVain(
                "create table planted (storefront_id uuid, id uuid, picture oid); create sequence planted_seq cycle",
                connection -> MoveObstacles.of(connection, shared, COLUMN)));
        assertEquals(5, obstacles.size(), obstacles.toString());
        assertTrue(obstacles
                .toString()
                .contains("The tenant's column of table planted of home " + shared + " can be NULL"));

        RehomeException refused = assertThrows(RehomeException.class, () -> MoveObstacles.requireNone(obstacles));

        assertEquals(ErrorKind.CONFIGURATION, refused.kind());
        for (String obstacle : obstacles) {
            assertTrue(refused.getMessage().contains(obstacle), refused.getMessage());
        }
        MoveObstacles.requireNone(List.of());
    }

    @Test
    void sequencesThatOneHomeLacksOrCountsDifferentlyAreObstacles() throws SQLException {
        String ddl = "create sequence shared.one; create sequence {own}.other;"
                + " create sequence shared.both increment by 50; create sequence {own}.both; create sequence shared.same; create sequence {own}.same";

        List<String> obstacles = inVain(
                ddl.replace("{own}", own.schema()),
                connection -> MoveObstacles.between(connection, shared, connection, own));

        assertEquals(3, obstacles.size(), obstacles.toString());
        assertTrue(obstacles.get(0).startsWith("Sequence one is missing in home " + own), obstacles.get(0));
        assertTrue(obstacles.get(1).startsWith("Sequence other is missing in home " + shared), obstacles.get(1));
        assertTrue(
                obstacles
                        .get(2)
                        .startsWith("Sequence both is bigint from 1 to 9223372036854775807 by 50 in home " + shared),
                obstacles.get(2));
    }

    private interface Question {
        List<String> of(Connection connection) throws SQLException;
    }

    /** Asks after some DDL, as the mover, and rolls it all back. */
    private List<String> inVain(String ddl, Question question) throws SQLException {
        try (Connection connection = server.administrator(control);
                Statement statement = connection.createStatement()) {
            connection.setSchema("shared");
            connection.setAutoCommit(false);
            String protect = "select rehome.protect(c.oid, 'storefront_id', true) from pg_class c"
                    + " where relname = 'planted' and exists (select from pg_index where indrelid = c.oid and indisprimary)";
            statement.execute(ddl.replaceAll("\\bP\\b", protect));
            statement.execute("set local role rehome_mover");
            List<String> obstacles = question.of(connection);
            connection.rollback();
            return obstacles;
        }
    }

    private Connection mover(Home home) throws SQLException {
        return servers.open(home, DatabaseRole.MOVER, "test");
    }
}
