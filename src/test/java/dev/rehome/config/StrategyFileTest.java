package dev.rehome.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.config.MigrationConfig.CutoverConfig;
import dev.rehome.config.MigrationConfig.ThrottleConfig;
import dev.rehome.config.MigrationThresholds.Threshold;
import dev.rehome.config.PricesConfig.Price;
import dev.rehome.config.StrategyRules.Auto;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.DatabaseUrl;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.Server;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrategyFileTest {
    private static final String MINIMUM = """
            tenant_strategy:
              default_type: "shared"
              migration_thresholds: { customers: 100000, orders: 500000, avg_query_time: 200ms }
              tenant_overrides:
                "550e8400-e29b-41d4-a716-446655440000": "database"
                "550e8400-e29b-41d4-a716-446655440001": "schema"
              database_config:
                shared_database_url: "postgresql://user:pass@host/smartseller"
                tenant_database_pattern: "postgresql://user:pass@host/storefront_{storefront_id}"
                max_connections_per_tenant: 20
              migration_config: { batch_size: 1000, validation_enabled: true, rollback_enabled: true, dual_write_duration: "24h" }
            """;
    private static final TenantId IN_DATABASE = TenantId.parse("550e8400-e29b-41d4-a716-446655440000");
    private static final TenantId IN_SCHEMA = TenantId.parse("550e8400-e29b-41d4-a716-446655440001");
    private static final TenantId OTHER = TenantId.parse("00000000-0000-0000-0000-000000000001");

    @Test
    void theMinimumLoadsAndTheRestHasDefaults() {
        StrategyConfig config = parse(MINIMUM);

        assertEquals(Tier.SHARED, config.defaultTier());
        assertEquals(new MigrationThresholds(100_000, 500_000, Duration.ofMillis(200)), config.thresholds());
        assertEquals(Map.of(IN_DATABASE, Tier.DATABASE, IN_SCHEMA, Tier.SCHEMA), config.overrides());
        assertEquals(
                new MigrationConfig(
                        1000,
                        true,
                        true,
                        Duration.ofHours(24),
                        2,
                        4,
                        Duration.ofSeconds(15),
                        1000,
                        Duration.ofHours(1),
                        null,
                        new CutoverConfig(
                                Duration.ofMillis(250),
                                Duration.ofMillis(100),
                                Duration.ofMinutes(10),
                                null,
                                Duration.ofMillis(1500)),
                        new ThrottleConfig(Duration.ofMillis(100), Duration.ofSeconds(10), 80)),
                config.migration());
        assertEquals(
                new DatabaseConfig(
                        DatabaseUrl.parse("postgresql://user:pass@host/smartseller"),
                        DatabaseUrl.parse("postgresql://user:pass@host/storefront_{storefront_id}"),
                        20,
                        100,
                        Duration.ofSeconds(5),
                        "storefront_id",
                        "shared",
                        "storefront",
                        "smartseller",
                        Map.of(),
                        "default",
                        Optional.empty(),
                        List.of(),
                        "liquibase/home.yaml"),
                config.databases());
    }

    @Test
    void eachServerMayHaveAPoolerWhichApplicationsGoThrough() {
        Servers servers =
                parse(MINIMUM.replace("  database_config:\n", """
                  database_config:
                    pooler: "postgresql://front:6432/any"
                    servers:
                      eu-1: { region: eu, url: "postgresql://u@eu/shop", pooler: "postgresql://eu-front:6432/any" }
                      us-1: { region: us, url: "postgresql://u@us/shop" }
                """)).databases().servers();
        assertEquals(
                "postgresql://front:6432/x",
                servers.pooler(new Database("default", "x")).orElseThrow().toString());
        assertEquals(
                "postgresql://eu-front:6432/shop",
                servers.pooler(new Database("eu-1", "shop")).orElseThrow().toString());
        assertEquals(Optional.empty(), servers.pooler(new Database("us-1", "shop")));
        assertEquals(
                "postgresql://eu/shop",
                servers.url(new Database("eu-1", "shop")).toString());
    }

    @Test
    void theFileInTheRepositoryIsTheMinimum() {
        assertEquals(parse(MINIMUM), StrategyFile.read(Path.of("config", "tenant_strategy.yaml")));
    }

    @Test
    void theOptionalKeysThatTheFileInTheRepositoryShowsAreTheDefaults() throws Exception {
        String shown = Files.readString(Path.of("config", "tenant_strategy.yaml"))
                .replaceAll("(?m)^( +)# (\\w+: ?[^ ]*)$", "$1$2")
                .replaceAll("(?m)^(    +)#   ([\\w-]+: \\{.*})$", "$1  $2");
        Matcher more = Pattern.compile("(?m)^  #   (\\w+: (?:\\{.*}|\\S+))").matcher(withDefaults(shown));
        shown = shown.replace("batch_size: 1000", "batch_size: 1000, " + String.join(", ", groups(more)));

        StrategyConfig config = StrategyFile.parse("shown", shown, name -> "secret of " + name);

        assertEquals(3, config.databases().logins().size());
        assertEquals(
                List.of("eu-1", "us-1"),
                config.databases().namedServers().stream().map(Server::name).toList());
        DatabaseConfig defaults = parse(MINIMUM).databases();
        assertEquals(
                defaults.toString(),
                config.databases()
                        .toString()
                        .replaceAll("logins=\\{.+}, region", "logins={}, region")
                        .replaceAll("namedServers=.*, changelog", "namedServers=[], changelog"));
        assertEquals(parse(MINIMUM).migration(), config.migration());
        for (RecordComponent component : MigrationConfig.class.getRecordComponents()) {
            String key = component.getName().replaceAll("(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
            assertTrue(shown.contains(key.equals("batch_rows") ? "batch_size: " : key + ": "), key);
        }
    }

    private static String withDefaults(String file) {
        return file.substring(file.indexOf("with their defaults:"), file.indexOf("without a default:"));
    }

    private static List<String> groups(Matcher matcher) {
        return matcher.results().map(result -> result.group(1)).toList();
    }

    @Test
    void everyOptionalKeyIsRead() {
        StrategyConfig config =
                parse(MINIMUM.replace("max_connections_per_tenant: 20", """
                max_connections_per_tenant: 20
                    max_connections_per_server: 30
                    connection_timeout: PT2S
                    tenant_column: shop_id
                    shared_schema: everybody
                    database_schema: own
                    control_database: control
                    roles: { owner: { user: o, password: 1234 }, app: { user: a, password: "x y" }, mover: { user: m } }""").replace("batch_size: 1000", """
                        batch_size: 5, workers: 7, max_concurrent_moves: 1, lease: 2s, fenced_pass_rows: 0, verify_interval: 5m,
                            archive: old/homes, throttle: { write_latency: 1s, replication_lag: 1m, connections: 100 },
                            cutover: { max_pause: 1s, lock_timeout: 1.5ms, deadline: 1h, cancel_blockers_after: 10s, notice: 0s }""")
                        + "  spares: { schema: 5, database: 2 }\n");

        assertEquals(
                new MigrationConfig(
                        5,
                        true,
                        true,
                        Duration.ofHours(24),
                        7,
                        1,
                        Duration.ofSeconds(2),
                        0,
                        Duration.ofMinutes(5),
                        Path.of("old", "homes"),
                        new CutoverConfig(
                                Duration.ofSeconds(1),
                                Duration.ofNanos(1_500_000),
                                Duration.ofHours(1),
                                Duration.ofSeconds(10),
                                Duration.ZERO),
                        new ThrottleConfig(Duration.ofSeconds(1), Duration.ofMinutes(1), 100)),
                config.migration());
        assertEquals(new SparesConfig(5, 2), config.spares());
        assertEquals(new SparesConfig(0, 0), parse(MINIMUM).spares());
        assertEquals(30, config.databases().maxConnectionsPerServer());
        assertEquals(Duration.ofSeconds(2), config.databases().connectionTimeout());
        assertEquals("shop_id", config.databases().tenantColumn());
        assertEquals("everybody", config.sharedHome().schema());
        assertEquals("own", config.homeFor(OTHER, Tier.DATABASE).schema());
        assertEquals("default/control", config.databases().directoryDatabase().toString());
        assertEquals(
                "1234", config.servers().login("default", DatabaseRole.OWNER).password());
        assertEquals("a", config.servers().login("default", DatabaseRole.APP).user());
        assertEquals("m", config.servers().login("default", DatabaseRole.MOVER).user());
    }

    @Test
    void thresholdsMayBeGivenByTier() {
        MigrationThresholds thresholds = parse(MINIMUM.replace(
                        "{ customers: 100000, orders: 500000, avg_query_time: 200ms }",
                        "{ schema: { customers: 10000 }, database: { customers: 100000, orders: 500000 } }"))
                .thresholds();

        assertEquals(
                new Threshold(OptionalLong.of(10_000), OptionalLong.empty(), Optional.empty()), thresholds.schema());
        assertEquals(
                new Threshold(OptionalLong.of(100_000), OptionalLong.of(500_000), Optional.empty()),
                thresholds.database());
        assertEquals(Threshold.NONE, parse(MINIMUM).thresholds().schema());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // the thresholds | the problem
                "{ schema: { customers: 10 }, database: { customers: 9 } }|migration_thresholds.schema must not have more customers than database, or nobody gets a schema for them",
                "{ schema: { avg_query_time: 2s }, database: { avg_query_time: 1s } }|migration_thresholds.schema must not have more avg_query_time than database, or nobody gets a schema for them",
                "{ schema: { customers: -1 } }|migration_thresholds.schema.customers must be 0 or more, but is '-1'",
                "{ database: { order: 1 } }|migration_thresholds.database.order is not a key; did you mean orders?",
                "{ database: { orders: 1 }, customers: 1 }|migration_thresholds.customers is not a key; known here are: schema, database",
                "{ database: 5 }|migration_thresholds.database must be a mapping of keys to values"
            })
    void thresholdsByTierThatMakeNoSenseAreRefused(String thresholds, String problem) {
        assertTrue(
                problemsOf(MINIMUM.replace("{ customers: 100000, orders: 500000, avg_query_time: 200ms }", thresholds))
                        .contains("line 3: tenant_strategy." + problem),
                thresholds);
    }

    @Test
    void whatTheStrategyGoesByMayBeLeftOutOrGivenWhole() {
        StrategyRules usual = parse(MINIMUM).rules();
        assertEquals(
                new StrategyRules(
                        Auto.OFF,
                        Duration.ofMinutes(15),
                        Duration.ofDays(1),
                        Duration.ofHours(1),
                        70,
                        Duration.ofDays(7),
                        List.of(),
                        OptionalInt.empty(),
                        OptionalLong.empty(),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        Set.of(),
                        Map.of()),
                usual);

        StrategyConfig config = parse(MINIMUM + """
                  strategy:
                    auto: approve
                    round: 5m
                    statistics_max_age: 2h
                    settle: 30m
                    down_below: 50
                    cool_down: 3d
                    windows: ["22:00-05:00 Europe/Berlin", "12:00-13:30 UTC"]
                    moves_per_night: 9
                    bytes_per_hour: 1.5TB
                    schemas_per_database: 800
                    transactions_per_server: 4000
                    pinned: ["550e8400-e29b-41d4-a716-446655440001"]
                    tenant_regions: { "550e8400-e29b-41d4-a716-446655440000": default }
                  prices: { currency: EUR, shared: 400-1500.50 per 10000, schema: 5-20, database: 60-60 }
                  automation: { moves: 9, reload: 1s, soaks: 2s, spares: 0s, statistics: 3s, levels: 4s, checks: 5s }
                """);

        assertEquals(
                new StrategyRules(
                        Auto.APPROVE,
                        Duration.ofMinutes(5),
                        Duration.ofHours(2),
                        Duration.ofMinutes(30),
                        50,
                        Duration.ofDays(3),
                        List.of(
                                new DailyWindow(LocalTime.of(22, 0), LocalTime.of(5, 0), ZoneId.of("Europe/Berlin")),
                                new DailyWindow(LocalTime.of(12, 0), LocalTime.of(13, 30), ZoneId.of("UTC"))),
                        OptionalInt.of(9),
                        OptionalLong.of(1_500_000_000_000L),
                        OptionalInt.of(800),
                        OptionalInt.of(4000),
                        Set.of(IN_SCHEMA),
                        Map.of(IN_DATABASE, "default")),
                config.rules());
        assertEquals(
                new PricesConfig(
                        "EUR",
                        new Price(new BigDecimal("400"), new BigDecimal("1500.50"), 10_000),
                        new Price(new BigDecimal("5"), new BigDecimal("20"), 1),
                        new Price(new BigDecimal("60"), new BigDecimal("60"), 1)),
                config.prices());
        assertEquals(
                new AutomationConfig(
                        9,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ZERO,
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(5)),
                config.automation());
    }

    @Test
    void whatIsWrongWithTheStrategyIsReportedAtOnce() {
        String message = problemsOf(MINIMUM + """
                  strategy:
                    auto: yes
                    windows: ["22:00-22:00 Europe/Berlin", 22-5, [x]]
                    bytes_per_hour: 5
                    pinned: ["550e8400-e29b-41d4-a716-446655440001", "550E8400-e29b-41d4-a716-446655440001"]
                    tenant_regions: { "550e8400-e29b-41d4-a716-446655440000": mars }
                  prices: { schema: 20-5, database: "-50" }
                  automation: { move: 9, soaks: -1s }
                """);

        assertEquals("""
                test has 11 problems:
                  line 13: tenant_strategy.strategy.auto must be off, propose, approve, on, but is 'yes'
                  line 14: tenant_strategy.strategy.windows must be a time of the day and its zone, such as 22:00-05:00 Europe/Berlin, but is '22:00-22:00 Europe/Berlin'
                  line 14: tenant_strategy.strategy.windows must be a time of the day and its zone, such as 22:00-05:00 Europe/Berlin, but is '22-5'
                  line 14: tenant_strategy.strategy.windows must have single values in it
                  line 15: tenant_strategy.strategy.bytes_per_hour must be a number of bytes above 0 such as 500MB, 100GB or 1.5TB, but is '5'
                  line 16: tenant_strategy.strategy.pinned has 550e8400-e29b-41d4-a716-446655440001 twice
                  line 17: tenant_strategy.strategy.tenant_regions.550e8400-e29b-41d4-a716-446655440000 must be the region of a server; those are default
                  line 18: tenant_strategy.prices.schema must be a range of prices a month such as 50-200, or 500-2000 per 10000 for so many tenants, but is '20-5'
                  line 18: tenant_strategy.prices.database must be a range of prices a month such as 50-200, or 500-2000 per 10000 for so many tenants, but is '-50'
                  line 19: tenant_strategy.automation.soaks must not be negative, but is '-1s'
                  line 19: tenant_strategy.automation.move is not a key; did you mean moves?
                Correct the file and start again.""", message);
    }

    @Test
    void anOverrideDecidesOnlyWhereItsTenantIsCreated() {
        StrategyConfig config = parse(MINIMUM);

        assertEquals(Tier.DATABASE, config.tierForNew(IN_DATABASE));
        assertEquals(Tier.SCHEMA, config.tierForNew(IN_SCHEMA));
        assertEquals(Tier.SHARED, config.tierForNew(OTHER));
    }

    @Test
    void homesAreNamedByTheTenantWithUnderscores() {
        StrategyConfig config = parse(MINIMUM);

        Home shared = new Home(Tier.SHARED, "default", "smartseller", "shared");
        assertEquals(shared, config.sharedHome());
        assertEquals(shared, config.homeFor(IN_SCHEMA, Tier.SHARED));
        assertEquals(
                new Home(Tier.SCHEMA, "default", "smartseller", "storefront_550e8400_e29b_41d4_a716_446655440001"),
                config.homeFor(IN_SCHEMA, Tier.SCHEMA));
        assertEquals(
                new Home(Tier.DATABASE, "default", "storefront_550e8400_e29b_41d4_a716_446655440000", "storefront"),
                config.homeFor(IN_DATABASE, Tier.DATABASE));
    }

    @Test
    void anotherHostInThePatternIsASecondServer() {
        StrategyConfig config = parse(MINIMUM.replace("user:pass@host/storefront", "other:word@Host2:5433/storefront"));

        assertEquals(
                List.of("default", "host2:5433"),
                config.servers().all().stream().map(Server::name).toList());
        assertEquals(
                "host2:5433", config.homeFor(OTHER, Tier.DATABASE).database().server());
        assertEquals("default", config.homeFor(OTHER, Tier.SCHEMA).database().server());
        assertEquals(
                "other", config.servers().login("host2:5433", DatabaseRole.APP).user());
    }

    @Test
    void aDatabaseOnThePatternsOwnHostIsMadeFromOneThatExistsThere() {
        StrategyConfig config = parse(MINIMUM.replace("user:pass@host/storefront", "other:word@host2/storefront"));

        assertEquals("postgres", config.servers().get("host2").url().database());
        RehomeException e = assertThrows(RehomeException.class, () -> config.homeFor(OTHER, Tier.SCHEMA, "host2"));
        assertEquals(ErrorKind.USER, e.kind());
        assertTrue(String.valueOf(e.getMessage()).contains("has databases of tenants only"), e.getMessage());
    }

    @Test
    void eachNamedServerHasAHomeInEveryTier() {
        StrategyConfig config = parse(withServers("""
                eu-1: { region: eu, url: "postgresql://host3/shop_eu" }
                us-1:
                  region: us
                  url: "postgresql://app-us:word@host4:5433/shop_us?sslmode=require"
                  roles: { mover: { user: mover-us } }
                """));

        assertEquals(
                List.of("default=default", "eu-1=eu", "us-1=us"),
                config.servers().all().stream()
                        .map(server -> server.name() + "=" + server.region())
                        .toList());
        assertEquals(new Home(Tier.SHARED, "us-1", "shop_us", "shared"), config.sharedHome("us-1"));
        assertEquals(config.sharedHome("us-1"), config.homeFor(OTHER, Tier.SHARED, "us-1"));
        assertEquals(
                new Home(Tier.SCHEMA, "eu-1", "shop_eu", "storefront_00000000_0000_0000_0000_000000000001"),
                config.homeFor(OTHER, Tier.SCHEMA, "eu-1"));
        assertEquals(
                new Home(Tier.DATABASE, "eu-1", "storefront_00000000_0000_0000_0000_000000000001", "storefront"),
                config.homeFor(OTHER, Tier.DATABASE, "eu-1"));
        assertEquals(config.homeFor(OTHER, Tier.SCHEMA), config.homeFor(OTHER, Tier.SCHEMA, "default"));
        assertEquals(
                List.of("a", "m", "a", "mover-us"),
                Stream.of("eu-1", "us-1")
                        .flatMap(server -> Stream.of(DatabaseRole.APP, DatabaseRole.MOVER)
                                .map(role ->
                                        config.servers().login(server, role).user()))
                        .toList());
    }

    @Test
    void aServerThatIsNotConfiguredIsRefusedWithTheNamesOfThoseThatAre() {
        StrategyConfig config = parse(withServers("eu-1: { region: eu, url: \"postgresql://host3/shop\" }\n"));

        for (Tier tier : Tier.values()) {
            RehomeException e = assertThrows(RehomeException.class, () -> config.homeFor(OTHER, tier, "eu-2"));
            assertEquals(ErrorKind.USER, e.kind());
            assertEquals("Server 'eu-2' is not configured. Known are [default, eu-1].", e.getMessage());
        }
    }

    @Test
    void whatIsWrongWithServersIsReportedAtOnceAndWithoutTheirPasswords() {
        String message =
                problemsOf(withServers("""
                default: { region: eu, url: "postgresql://a:s3cret@host1/shop" }
                host2: { region: eu, url: "postgresql://a:s3cret@host3/shop" }
                EU 1: { region: eu, url: "postgresql://a:s3cret@host4/shop" }
                eu-1: { region: eu, url: "postgresql://a:s3cret@HOST:5432/shop" }
                eu-2: { region: eu, url: "postgresql://a:s3cret@host5:5432,host6/shop" }
                eu-3: { region: eu, url: "postgresql://a:s3cret@host7,host5/other" }
                eu-4: { regio: eu, url: "postgresql://a:s3cret@host8/" }
                eu-5: { region: eu, url: "jdbc:h2:mem:shop", roles: { app: { password: s3cret } } }
                eu-6: { region: eu }
                eu-7: host9
                eu-7: { region: eu, url: "mysql://a:s3cret@host9/shop" }
                """).replace("user:pass@host/storefront", "user:pass@host2/storefront"));

        assertEquals("""
                test has 13 problems:
                  line 13: tenant_strategy.database_config.servers.default is the name of the server of shared_database_url; choose another
                  line 14: tenant_strategy.database_config.servers.host2 is the name of the server of tenant_database_pattern already; choose another
                  line 15: tenant_strategy.database_config.servers.EU 1 must be a server's name of lower-case letters, digits, points, hyphens and underscores, at most 63 long, beginning with a letter or digit
                  line 16: tenant_strategy.database_config.servers.eu-1 has the address of server 'default'; give each server once
                  line 18: tenant_strategy.database_config.servers.eu-3 has the address of server 'eu-2'; give each server once
                  line 19: tenant_strategy.database_config.servers.eu-4.region is missing
                  line 19: tenant_strategy.database_config.servers.eu-4.url must name a database
                  line 19: tenant_strategy.database_config.servers.eu-4.regio is not a key; did you mean region?
                  line 20: tenant_strategy.database_config.servers.eu-5.url must be of a PostgreSQL server: H2 has no servers
                  line 20: tenant_strategy.database_config.servers.eu-5.roles.app.user is missing
                  line 21: tenant_strategy.database_config.servers.eu-6.url is missing
                  line 22: tenant_strategy.database_config.servers.eu-7 must be a mapping of keys to values
                  line 23: tenant_strategy.database_config.servers.eu-7 is given twice, first on line 22
                Correct the file and start again.""", message);
    }

    @Test
    void h2HasNoServers() {
        String yaml = withServers("eu-1: { region: eu, url: \"postgresql://host3/shop\" }\n")
                .replace("postgresql://user:pass@host/smart", "jdbc:h2:mem:smart")
                .replace("postgresql://user:pass@host/store", "jdbc:h2:mem:store");

        assertTrue(problemsOf(yaml).contains("servers.eu-1 must not be given as shared_database_url is H2"));
    }

    /** The minimum with logins and servers, which begin on line 13. */
    private static String withServers(String servers) {
        return MINIMUM.replace(
                "per_tenant: 20\n",
                "per_tenant: 20\n    roles: { app: { user: a }, mover: { user: m } }\n    servers:\n"
                        + servers.indent(6));
    }

    @Test
    void theDefaultPortInOneUrlIsNotAnotherServer() {
        StrategyConfig config = parse(MINIMUM.replace("host/storefront", "HOST:5432/storefront"));

        assertEquals(1, config.servers().all().size());
    }

    @Test
    void anOperatorsRoleThatIsNotConfiguredIsNamedWhenItIsNeeded() {
        RehomeException e = assertThrows(
                RehomeException.class, () -> parse(MINIMUM).servers().login("default", DatabaseRole.MOVER));

        assertEquals(ErrorKind.CONFIGURATION, e.kind());
        assertTrue(String.valueOf(e.getMessage()).contains("MOVER"), e.getMessage());
    }

    @Test
    void jdbcAndH2UrlsAreLegal() {
        StrategyConfig jdbc = parse(MINIMUM.replace(
                "postgresql://user:pass@host/smartseller",
                "jdbc:postgresql://host/smartseller?user=user&password=pass"));
        assertEquals("user", jdbc.servers().login("default", DatabaseRole.APP).user());

        StrategyConfig h2 = parse(MINIMUM.replace("postgresql://user:pass@host/smart", "jdbc:h2:mem:smart")
                .replace("postgresql://user:pass@host/store", "jdbc:h2:mem:store"));
        assertEquals(
                "jdbc:h2:mem:smartseller",
                h2.servers().url(h2.sharedHome().database()).jdbc());
        assertEquals(
                "jdbc:h2:mem:storefront_00000000_0000_0000_0000_000000000001",
                h2.servers().url(h2.homeFor(OTHER, Tier.DATABASE).database()).jdbc());
    }

    @Test
    void valuesFromTheEnvironmentHaveTheTypeThatIsNeeded() {
        Map<String, String> environment = Map.of("PASSWORD", "p${w}", "ROWS", "77", "EMPTY", "");
        StrategyConfig config = StrategyFile.parse(
                "test",
                MINIMUM.replace("batch_size: 1000", "batch_size: \"${ROWS}\"")
                        .replace("validation_enabled: true", "validation_enabled: \"${VALIDATE:false}\"")
                        .replace(
                                "per_tenant: 20",
                                "per_tenant: 2${EMPTY}1\n    roles: {app: {user: a, password: \"${PASSWORD}\"}}")
                        .replace("host/smart", "${HOST:localhost:1}/smart"),
                environment::get);

        assertEquals(77, config.migration().batchRows());
        assertFalse(config.migration().validationEnabled());
        assertEquals(21, config.databases().maxConnectionsPerTenant());
        assertEquals("localhost:1", config.databases().sharedUrl().authority());
        assertEquals(
                "p${w}", config.servers().login("default", DatabaseRole.APP).password());
    }

    @Test
    void noPasswordIsPrinted() {
        String yaml = MINIMUM.replace("user:pass@host", "user:s3cret@host")
                .replace("per_tenant: 20", "per_tenant: 20\n    roles: {app: {user: a, password: s3cret}}");
        assertFalse(parse(yaml).toString().contains("s3cret"));
        assertFalse(parse(yaml).servers().all().toString().contains("s3cret"));

        for (String broken : List.of(
                yaml.replace("postgresql:", "mysql:"),
                yaml.replace("@host/", "@ho st/"),
                yaml.replace("{storefront_id}", "x"),
                yaml.replace("password: s3cret", "password: [s3cret]"),
                yaml.replace("password: s3cret", "password: *s3cret"),
                yaml.replace("password: s3cret", "password: !s3cret!x y"),
                yaml.replace("password: s3cret", "password: \"s3cret"),
                yaml.replace("password: s3cret", "password: \"${NONE}s3cret\""),
                yaml.replace("password: s3cret", "password: s3cret: s3cret"))) {
            assertFalse(problemsOf(broken).contains("s3cret"), () -> problemsOf(broken));
        }
    }

    @Test
    void allProblemsAreReportedAtOnceInTheOrderOfTheirLines() {
        String message = problemsOf("""
                tenant_strategy:
                  default_type: "shred"
                  migration_thresholds: { customers: -1, orders: many, avg_query_time: soon, order: 5 }
                  tenant_overrides:
                    "550e8400-e29b-41d4-a716": "database"
                    "550e8400-e29b-41d4-a716-446655440001": "sky"
                  database_config:
                    shared_database_url: "mysql://user:pass@host/smartseller"
                    tenant_database_pattern: "postgresql://user:pass@host/storefront"
                    max_connection_per_tenant: 20
                  migration_config: { batch_size: "1000", validation_enabled: 1, rollback_enabled: true, rollback_enabled: true }
                """);

        assertEquals("""
                test has 15 problems:
                  line 2: tenant_strategy.default_type must be a tier: shared, schema or database, but is 'shred'
                  line 3: tenant_strategy.migration_thresholds.customers must be 0 or more, but is '-1'
                  line 3: tenant_strategy.migration_thresholds.orders must be a whole number, without quotes, but is 'many'
                  line 3: tenant_strategy.migration_thresholds.avg_query_time must be a duration such as 200ms, 5s, 24h, 7d or PT24H, but is 'soon'
                  line 3: tenant_strategy.migration_thresholds.order is not a key; did you mean orders?
                  line 5: tenant_strategy.tenant_overrides.550e8400-e29b-41d4-a716 must be a tenant's UUID, such as 550e8400-e29b-41d4-a716-446655440000
                  line 6: tenant_strategy.tenant_overrides.550e8400-e29b-41d4-a716-446655440001 must be a tier: shared, schema or database, but is 'sky'
                  line 7: tenant_strategy.database_config.max_connections_per_tenant is missing
                  line 8: tenant_strategy.database_config.shared_database_url is not a database URL: a database URL starts with postgresql://, jdbc:postgresql:// or jdbc:h2:mem:
                  line 9: tenant_strategy.database_config.tenant_database_pattern must have {storefront_id} in the database's name
                  line 10: tenant_strategy.database_config.max_connection_per_tenant is not a key; did you mean max_connections_per_tenant?
                  line 11: tenant_strategy.migration_config.rollback_enabled is given twice, first on line 11
                  line 11: tenant_strategy.migration_config.batch_size must be a whole number, without quotes, but is '1000'
                  line 11: tenant_strategy.migration_config.validation_enabled must be true or false, without quotes, but is '1'
                  line 11: tenant_strategy.migration_config.dual_write_duration is missing
                Correct the file and start again.""", message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // what is replaced | by what | the problem
                "default_type: \"shared\"|default_type:|line 2: tenant_strategy.default_type has no value",
                "default_type: \"shared\"|default_type: [shared]|line 2: tenant_strategy.default_type must be a single value",
                "default_type: \"shared\"|default_type: ${TIER}|line 2: tenant_strategy.default_type needs the environment variable TIER, which is not set; set it, or write ${TIER:default}, but is '${TIER}'",
                "default_type: \"shared\"|default_type: a${|line 2: tenant_strategy.default_type has ${ without the name of a variable and }, but is 'a${'",
                "default_type: \"shared\"|colour: red|line 2: tenant_strategy.colour is not a key; known here are: default_type, migration_thresholds, tenant_overrides, database_config, migration_config, spares, serve, strategy, prices, automation, statistics, alerts",
                "batch_size: 1000|batch_size: 0|line 11: tenant_strategy.migration_config.batch_size must be 1 or more, and at most 2147483647, but is '0'",
                "batch_size: 1000|batch_size: 2147483648|line 11: tenant_strategy.migration_config.batch_size must be 1 or more, and at most 2147483647, but is '2147483648'",
                "batch_size: 1000|batch_size: 1000.5|line 11: tenant_strategy.migration_config.batch_size must be a whole number, without quotes, but is '1000.5'",
                "customers: 100000|customers: 99999999999999999999|line 3: tenant_strategy.migration_thresholds.customers must be 0 or more, and at most 9223372036854775807, but is '99999999999999999999'",
                "validation_enabled: true|validation_enabled: \"true\"|line 11: tenant_strategy.migration_config.validation_enabled must be true or false, without quotes, but is 'true'",
                "\"24h\"|-24h|line 11: tenant_strategy.migration_config.dual_write_duration must not be negative, but is '-24h'",
                "\"24h\"|24|line 11: tenant_strategy.migration_config.dual_write_duration must be a duration such as 200ms, 5s, 24h, 7d or PT24H, but is '24'",
                "\"24h\"|999999999999h|line 11: tenant_strategy.migration_config.dual_write_duration must be a duration such as 200ms, 5s, 24h, 7d or PT24H, but is '999999999999h'",
                "batch_size: 1000|batch_size: 1, cutover: {max_pause: 50ms}|line 11: tenant_strategy.migration_config.cutover.lock_timeout must not be longer than max_pause, of which it is a part",
                "batch_size: 1000|batch_size: 1, cutover: {deadline: 200ms}|line 11: tenant_strategy.migration_config.cutover.deadline must not be shorter than max_pause, as that is one attempt",
                "batch_size: 1000|batch_size: 1, cutover: {cancel_blockers_after: 10m}|line 11: tenant_strategy.migration_config.cutover.cancel_blockers_after must be shorter than deadline, or it never comes to that",
                "batch_size: 1000|batch_size: 1, throttle: {connections: 101}|line 11: tenant_strategy.migration_config.throttle.connections must be 1 or more, and at most 100, but is '101'",
                "batch_size: 1000|batch_size: 1, max_concurrent_moves: 0|line 11: tenant_strategy.migration_config.max_concurrent_moves must be 1 or more, and at most 2147483647, but is '0'",
                "batch_size: 1000|batch_size: 1, lease: 10ms|line 11: tenant_strategy.migration_config.lease must be at least 1000ms, but is '10ms'",
                "batch_size: 1000|batch_size: 1, archive: \"\"|line 11: tenant_strategy.migration_config.archive must not be empty, but is ''",
                "per_tenant: 20|per_tenant: 20\\n    max_connections_per_server: 19|line 11: tenant_strategy.database_config.max_connections_per_server must not be less than max_connections_per_tenant",
                "per_tenant: 20|per_tenant: 20\\n    shared_schema: rehome|line 11: tenant_strategy.database_config.shared_schema must not be a schema that PostgreSQL or Rehome uses itself, but is 'rehome'",
                "per_tenant: 20|per_tenant: 20\\n    roles: {owner: {password: x}}|line 11: tenant_strategy.database_config.roles.owner.user is missing",
                "per_tenant: 20|per_tenant: 20\\n    roles: {owner: x}|line 11: tenant_strategy.database_config.roles.owner must be a mapping of keys to values",
                "host/smartseller|host/|line 8: tenant_strategy.database_config.shared_database_url must name a database",
                "host/storefront_|host/my_own_very_little_storefront_|line 9: tenant_strategy.database_config.tenant_database_pattern gives databases whose name, with a UUID of 36 characters in it, is not allowed: it must be a name of lower-case letters, digits and underscores, at most 63 long, not beginning with a digit",
                "host/storefront_|host/Storefront-|line 9: tenant_strategy.database_config.tenant_database_pattern gives databases whose name, with a UUID of 36 characters in it, is not allowed: it must be a name of lower-case letters, digits and underscores, at most 63 long, not beginning with a digit",
                "user:pass@host/storefront|user:other@host/storefront|line 9: tenant_strategy.database_config.tenant_database_pattern must have the user and password of shared_database_url as it is on the same server",
                "user:pass@host/storefront|host2/storefront|line 9: tenant_strategy.database_config.tenant_database_pattern must name a user, or roles.app must be given",
                "user:pass@host/smartseller|host/smartseller|line 8: tenant_strategy.database_config.shared_database_url must name a user, or roles.app must be given",
                "postgresql://user:pass@host/smartseller|jdbc:h2:mem:x|line 9: tenant_strategy.database_config.tenant_database_pattern must be of the same product as shared_database_url",
                "{storefront_id}|{storefront_id}?sslmode=require|line 9: tenant_strategy.database_config.tenant_database_pattern must have the parameters of shared_database_url as it is on the same server",
                "\"schema\"|\"schema\"\\n    550E8400-E29B-41D4-A716-446655440001: shared|line 7: tenant_strategy.tenant_overrides.550E8400-E29B-41D4-A716-446655440001 is given twice, in other letters",
            })
    void aProblemNamesItsLineItsKeyAndWhatIsExpected(String old, String replacement, String problem) {
        String yaml = MINIMUM.replace(old, replacement.replace("\\n", "\n"));

        String message = problemsOf(yaml);

        assertTrue(message.contains("\n  " + problem + "\n"), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "default_type",
                "migration_thresholds",
                "customers",
                "orders",
                "avg_query_time",
                "database_config",
                "shared_database_url",
                "tenant_database_pattern",
                "max_connections_per_tenant",
                "migration_config",
                "batch_size",
                "validation_enabled",
                "rollback_enabled",
                "dual_write_duration"
            })
    void aKeyThatIsMissingIsNamedAndItsMisspellingIsRecognised(String key) {
        String message = problemsOf(MINIMUM.replace(key + ":", key + "x:"));

        assertTrue(message.contains(" has 2 problems:"), message);
        assertTrue(message.contains(key + " is missing"), message);
        assertTrue(message.contains("did you mean " + key + "?"), message);
    }

    @Test
    void overridesMayBeLeftOut() {
        assertEquals(
                Map.of(),
                parse(MINIMUM.replaceAll("(?s)tenant_overrides:.*?(?=database_config)", "tenant_overrides:\n  "))
                        .overrides());
        assertEquals(
                Map.of(),
                parse(MINIMUM.replaceAll("(?s)tenant_overrides:.*?(?=database_config)", ""))
                        .overrides());
    }

    @Test
    void tiersHaveOtherNames() {
        assertEquals(Tier.SCHEMA, parse(MINIMUM.replace("\"shared\"", "Bridge")).defaultTier());
        assertEquals(Tier.DATABASE, parse(MINIMUM.replace("\"shared\"", "silo")).defaultTier());
        assertEquals(Tier.SHARED, parse(MINIMUM.replace("\"shared\"", "pool")).defaultTier());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "# nothing\n", "tenant_strategy:\n", "- a\n", "a: b: c\n", "{", "a: 1\n---\nb: 2\n", "\u0001"
            })
    void whatIsNoStrategyFileIsRefused(String yaml) {
        assertTrue(problemsOf(yaml).startsWith("test has "), problemsOf(yaml));
    }

    @Test
    void aFileThatCannotBeReadIsNamed(@TempDir Path folder) throws Exception {
        Path missing = folder.resolve("none.yaml");
        RehomeException e = assertThrows(RehomeException.class, () -> StrategyFile.read(missing));
        assertEquals(ErrorKind.CONFIGURATION, e.kind());
        assertTrue(String.valueOf(e.getMessage()).contains(missing.toString()), e.getMessage());

        Path latin = Files.write(folder.resolve("latin.yaml"), new byte[] {'a', ':', ' ', (byte) 0xe4});
        assertThrows(RehomeException.class, () -> StrategyFile.read(latin));
    }

    @Test
    void statisticsAndAlertsHaveDefaultsAndKeysOfTheirOwn() {
        assertEquals(StatisticsConfig.DEFAULT, parse(MINIMUM).statistics());
        assertEquals(AlertsConfig.DEFAULT, parse(MINIMUM).alerts());
        StrategyConfig config = parse(MINIMUM
                + "  statistics: { enabled: false, interval: 10s, counts_per_round: 7, recount_percent: 10,"
                + " recount_after: 1d, keep_hours: 2d, keep_days: 90d }\n"
                + "  alerts: { interval: 5s, webhook: \"https://example.com/secret\", timeout: 1s, move_waits: 2h,"
                + " statistics_age: 1d }\n");
        assertEquals(
                new StatisticsConfig(
                        false,
                        Duration.ofSeconds(10),
                        7,
                        10,
                        Duration.ofDays(1),
                        Duration.ofDays(2),
                        Duration.ofDays(90)),
                config.statistics());
        assertEquals(
                new AlertsConfig(
                        Duration.ofSeconds(5),
                        Optional.of(URI.create("https://example.com/secret")),
                        Duration.ofSeconds(1),
                        Duration.ofHours(2),
                        Duration.ofDays(1)),
                config.alerts());
        assertFalse(config.toString().contains("secret"), config.toString());
    }

    @Test
    void exportsAreNobodysUnlessTheFileSaysWhereAndWhen() {
        assertEquals(Optional.empty(), parse(MINIMUM).exports());
        ExportsConfig usual = parse(MINIMUM + "  exports: { directory: /var/exports, window: 23:00-05:00 UTC }\n")
                .exports()
                .orElseThrow();
        assertEquals("23:00-05:00 Z", usual.window().toString().replace("UTC", "Z"));
        assertEquals(Retention.parse("12m, 4w, 7d"), usual.keep());
        assertEquals(2, usual.perServer());
        assertTrue(usual.verify());
        ExportsConfig own = parse(MINIMUM + "  exports: { directory: exports, window: 01:00-02:00 UTC, keep: 3d,\n"
                        + "    per_server: 5, verify: false }\n")
                .exports()
                .orElseThrow();
        assertEquals(Path.of("exports"), own.directory());
        assertEquals("3d", own.keep().toString());
        assertEquals(5, own.perServer());
        assertFalse(own.verify());

        String problems = problemsOf(MINIMUM + "  exports: { window: at night, keep: all, per_server: 0 }\n");
        assertTrue(problems.contains("exports.directory is missing"), problems);
        assertTrue(problems.contains("exports.window must be a time of the day and its zone"), problems);
        assertTrue(problems.contains("exports.keep must be numbers of days, weeks, months and years"), problems);
        assertTrue(problems.contains("exports.per_server must be"), problems);
    }

    @Test
    void aWebhookThatIsNoneIsRefusedWithoutRepeatingIt() {
        RehomeException refused = assertThrows(
                RehomeException.class,
                () -> parse(MINIMUM + "  alerts: { webhook: \"ftp://example.com/secret\" }\n"
                        + "  statistics: { interval: 10ms, keep_hours: 30d, keep_days: 7d }\n"));
        String problems = refused.getMessage();
        assertTrue(problems.contains(".alerts.webhook must be a URL that begins with http"), problems);
        assertTrue(problems.contains(".statistics.interval"), problems);
        assertTrue(problems.contains(".statistics.keep_days must not be shorter than keep_hours"), problems);
        assertFalse(problems.contains("secret"), problems);
    }

    private static StrategyConfig parse(String yaml) {
        return StrategyFile.parse("test", yaml, name -> null);
    }

    private static String problemsOf(String yaml) {
        RehomeException e = assertThrows(RehomeException.class, () -> parse(yaml));
        assertEquals(ErrorKind.CONFIGURATION, e.kind());
        return String.valueOf(e.getMessage());
    }
}
