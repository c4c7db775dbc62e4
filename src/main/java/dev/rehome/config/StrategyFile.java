package dev.rehome.config;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ScannerException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads the strategy file, {@code config/tenant_strategy.yaml}. Values may hold <code>${NAME}</code> and
 * <code>${NAME:default}</code>, which stand for environment variables. Every problem of the file is reported at once, with
 * its key and line, and no message repeats a URL or a password.
 */
public final class StrategyFile {
    private StrategyFile() {}

    /** @throws RehomeException (CONFIGURATION) if the file cannot be read, or with everything that is wrong in it */
    public static StrategyConfig read(Path file) {
        String yaml;
        try {
            yaml = Files.readString(file);
        } catch (IOException e) {
            throw new RehomeException(
                    ErrorKind.CONFIGURATION,
                    file + " cannot be read: " + (e instanceof NoSuchFileException ? "there is no such file" : e)
                            + ". Name the strategy file.",
                    e);
        }
        return parse(file.toString(), yaml, System.getenv()::get);
    }

    /**
     * As {@link #read}, for a text.
     *
     * @param name what messages call the text
     * @param environment the value of a variable, or null if it is not set
     */
    public static StrategyConfig parse(String name, String yaml, UnaryOperator<@Nullable String> environment) {
        Problems problems = new Problems(name);
        YamlMap file = new YamlMap("", 1, compose(yaml, problems), problems, environment);
        YamlMap root = file.requireMap("tenant_strategy");
        Tier defaultTier = root.require("default_type", Values::tier).orElse(Tier.SHARED);
        MigrationThresholds thresholds = ThresholdsSection.read(root.requireMap("migration_thresholds"));
        Map<TenantId, Tier> overrides = overrides(root.map("tenant_overrides"));
        Optional<DatabaseConfig> databases = DatabaseSection.read(root.requireMap("database_config"));
        MigrationConfig migration = MigrationSection.read(root.requireMap("migration_config"));
        SparesConfig spares = spares(root.map("spares"));
        ServeConfig serve = ServeSection.read(root.map("serve"));
        StrategyRules rules = RulesSection.read(root.map("strategy"), databases);
        PricesConfig prices = prices(root.map("prices"));
        AutomationConfig automation = automation(root.map("automation"));
        Optional<ExportsConfig> exports = ExportsSection.read(root);
        StatisticsConfig statistics = StatisticsSection.read(root.map("statistics"));
        AlertsConfig alerts = AlertsSection.read(root.map("alerts"));
        file.reportUnknown();
        problems.throwIfAny();
        return new StrategyConfig(
                defaultTier,
                thresholds,
                overrides,
                databases.orElseThrow(),
                migration,
                spares,
                rules,
                prices,
                automation,
                exports,
                statistics,
                alerts,
                serve);
    }

    private static @Nullable Node compose(String yaml, Problems problems) {
        try {
            Optional<Node> node = new Compose(LoadSettings.builder().build()).composeString(yaml);
            if (node.isEmpty()) {
                problems.add(1, "the file", "is empty");
            }
            return node.orElse(null);
        } catch (YamlEngineException e) {
            int line = 1;
            if (e instanceof MarkedYamlEngineException marked) {
                line = marked.getProblemMark().map(Mark::getLine).orElse(0) + 1;
            }
            // Only the scanner's words are sure to repeat no more than one character of the file, which may hold
            // passwords.
            String reason = e instanceof ScannerException scanner ? ": " + scanner.getProblem() : "";
            problems.add(line, "the file", "is not YAML from here on" + reason);
            return null;
        } catch (StackOverflowError e) {
            // The parser calls itself for each level; a process that runs for years must outlive a broken file.
            problems.add(1, "the file", "has mappings or lists inside one another too deeply");
            return null;
        }
    }

    private static SparesConfig spares(YamlMap map) {
        return new SparesConfig(
                map.find("schema", Values.intAtLeast(0)).orElse(0),
                map.find("database", Values.intAtLeast(0)).orElse(0));
    }

    private static PricesConfig prices(YamlMap map) {
        return new PricesConfig(
                map.find("currency", Values::word).orElse(PricesConfig.DEFAULT.currency()),
                map.find("shared", Values::price).orElse(PricesConfig.DEFAULT.shared()),
                map.find("schema", Values::price).orElse(PricesConfig.DEFAULT.schema()),
                map.find("database", Values::price).orElse(PricesConfig.DEFAULT.database()));
    }

    private static AutomationConfig automation(YamlMap map) {
        Values.Kind<Duration> interval = Values.durationAtLeast(Duration.ZERO);
        return new AutomationConfig(
                map.find("moves", Values.intAtLeast(1)).orElse(4),
                map.find("reload", interval).orElse(Duration.ofSeconds(5)),
                map.find("soaks", interval).orElse(Duration.ofMinutes(1)),
                map.find("spares", interval).orElse(Duration.ofMinutes(10)),
                map.find("statistics", interval).orElse(Duration.ofMinutes(10)),
                map.find("levels", interval).orElse(Duration.ofHours(1)),
                map.find("checks", interval).orElse(Duration.ofDays(1)));
    }

    private static Map<TenantId, Tier> overrides(YamlMap map) {
        Map<TenantId, Tier> overrides = new HashMap<>();
        for (String key : map.keys()) {
            Optional<Tier> tier = map.find(key, Values::tier);
            try {
                TenantId tenant = Values.tenant(new Scalar(key, false));
                if (overrides.putIfAbsent(tenant, tier.orElse(Tier.SHARED)) != null) {
                    map.problem(key, "is given twice, in other letters");
                }
            } catch (IllegalArgumentException e) {
                map.problem(key, String.valueOf(e.getMessage()));
            }
        }
        return overrides;
    }
}
