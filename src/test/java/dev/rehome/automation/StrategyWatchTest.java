package dev.rehome.automation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.config.StrategyConfig;
import dev.rehome.config.StrategyRules.Auto;
import dev.rehome.error.RehomeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrategyWatchTest {
    private static final String GOOD = """
            tenant_strategy:
              default_type: shared
              migration_thresholds: { database: { orders: 500000 } }
              database_config:
                shared_database_url: "postgresql://u:secret@host/shop"
                tenant_database_pattern: "postgresql://u:secret@host/storefront_{storefront_id}"
                max_connections_per_tenant: 20
              migration_config: { batch_size: 1000, validation_enabled: true, rollback_enabled: true, dual_write_duration: 24h }
              strategy: { auto: propose }
            """;

    @TempDir
    private Path folder;

    private Path file;
    private StrategyWatch watch;
    private StrategyConfig before;

    @BeforeEach
    void open() throws IOException {
        file = Files.writeString(folder.resolve("strategy.yaml"), GOOD);
        watch = new StrategyWatch(file, Clock.systemUTC());
        before = watch.inForce();
    }

    @Test
    void aFileThatIsTheSameChangesNothing() throws IOException {
        assertFalse(watch.look());
        Files.writeString(file, GOOD);
        assertFalse(watch.look());
        assertEquals(before, watch.inForce());
    }

    @Test
    void aGoodFileIsTakenUpWhole() throws IOException {
        Files.writeString(file, GOOD.replace("propose", "on").replace("500000", "7"));

        assertTrue(watch.look());

        assertEquals(Auto.ON, watch.inForce().rules().auto());
        assertEquals(7, watch.inForce().thresholds().database().orders().getAsLong());
        assertFalse(watch.look());
    }

    /** Good keys beside a bad one are not taken up either. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tenant_strategy: [",
                "tenant_strategy: {}",
                "a: &x [*x, *x]",
                "\u0000\u0007",
                "- - - -",
                "GOOD  strategy: { auto: on }",
                "GOOD  colour: red",
                "GOOD: on, settle: -1s",
                "GOOD: on, down_below: 0",
                "GOOD: on, windows: [\"22:00-05:00 Europe/Atlantis\"]",
                "GOOD: on, windows: [\"25:00-05:00 Europe/Berlin\"]",
                "GOOD: on, windows: night",
                "GOOD: on, bytes_per_hour: 0GB",
                "GOOD: on, bytes_per_hour: 99999999999999999999TB",
                "GOOD: on, tenant_regions: { \"550e8400-e29b-41d4-a716-446655440000\": mars }",
                "GOOD: on, tenant_regions: { nobody: default }",
                "GOOD: on, pinned: [nobody]",
                "GOOD: maybe"
            })
    void aBadFileLeavesTheOldOneInForceAndIsToldOfOnce(String bad) throws IOException {
        String text = bad.startsWith("GOOD: ")
                ? GOOD.replace("auto: propose", "auto: " + bad.substring("GOOD: ".length()))
                : bad.replace("GOOD", GOOD);
        Files.writeString(file, text);

        assertTrue(watch.look());

        assertEquals(before, watch.inForce());
        String problem = watch.standing().problem().orElseThrow();
        assertFalse(problem.contains("secret"), problem);
        assertFalse(watch.look(), "told of twice");
        Files.writeString(file, GOOD);
        assertTrue(watch.look());
        assertEquals(Optional.empty(), watch.standing().problem());
        assertEquals(before, watch.inForce());
    }

    @Test
    void aFileThatIsGoneOrIsNoTextLeavesTheOldOneInForce() throws IOException {
        Files.delete(file);
        assertTrue(watch.look());
        assertTrue(watch.standing().problem().orElseThrow().contains("cannot be read"));

        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        assertTrue(watch.look());
        Files.writeString(file, "x".repeat(5_000_000), StandardCharsets.UTF_8);
        assertTrue(watch.look());
        assertEquals(before, watch.inForce());
    }

    @Test
    void anotherDirectoryNeedsANewProcess() throws IOException {
        Files.writeString(
                file, GOOD.replace("shared_database_url", "control_database: other\n    shared_database_url"));

        assertTrue(watch.look());

        assertTrue(watch.standing().problem().orElseThrow().contains("names another directory"));
        assertEquals(before, watch.inForce());
    }

    @Test
    void withoutAGoodFileNothingBegins() throws IOException {
        Files.writeString(file, "tenant_strategy: {}");

        assertThrows(RehomeException.class, () -> new StrategyWatch(file, Clock.systemUTC()));
    }
}
