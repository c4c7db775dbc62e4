package dev.rehome.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rehome.metrics.Metric;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules for Prometheus, and what goes with them. */
class AlertRulesTest {
    private static final Path RULES = Path.of("config/alerts.yaml");
    private static final Path DASHBOARD = Path.of("config/grafana-dashboard.json");
    private static final Path RUNBOOK = Path.of("src/site/markdown/operations.md");
    private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");
    private static final Pattern SERIES = Pattern.compile("\\brehome_[a-z0-9_]+");
    private static final Path PROMTOOL = Path.of("/usr/bin/promtool");

    @Test
    void prometheusTakesTheRulesAndEachAlertFiresWhenItShouldAndNotOtherwise()
            throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(PROMTOOL), "promtool is not installed (Debian: prometheus)");
        promtool("check", "rules", "alerts.yaml");
        promtool("test", "rules", "alerts_test.yaml");
        String tests = Files.readString(Path.of("config/alerts_test.yaml"));
        for (String alert : alerts()) {
            assertTrue(tests.contains("name: " + alert + " fires"), alert + " is not tested");
            assertTrue(tests.contains("name: " + alert + " does not fire"), alert + " is not tested");
        }
    }

    private static void promtool(String... words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Stream.concat(Stream.of(PROMTOOL.toString()), Stream.of(words))
                        .toList())
                .directory(Path.of("config").toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(1, TimeUnit.MINUTES));
        assertEquals(0, process.exitValue(), output);
    }

    @Test
    void everyMetricOfTheRulesAndTheDashboardExists() throws IOException {
        Set<String> known = Stream.of(Metric.values())
                .flatMap(metric -> metric.series().stream())
                .collect(Collectors.toSet());
        for (Path file : new Path[] {RULES, DASHBOARD}) {
            Set<String> used = find(SERIES, file);
            assertTrue(used.size() > 10, file + " uses " + used);
            used.removeAll(known);
            assertEquals(Set.of(), used, file + " uses metrics that there are not");
        }
    }

    @Test
    void whatRehomeJudgesItselfHasARuleOfTheSameName() throws IOException {
        Set<String> own = Stream.of(Condition.values()).map(Condition::alert).collect(Collectors.toSet());
        own.removeAll(alerts());
        assertEquals(Set.of(), own);
    }

    @Test
    void theOperatorsPageSaysWhatToDoAboutEachAlert() throws IOException {
        Set<String> explained = find(Pattern.compile("(?m)^### (\\w+)$"), RUNBOOK);
        assertEquals(alerts(), explained);
        String rules = Files.readString(RULES);
        for (String alert : alerts()) {
            assertTrue(rules.contains("runbook: \"" + Condition.runbook(alert) + "\""), alert);
        }
    }

    private static Set<String> alerts() throws IOException {
        return find(ALERT, RULES);
    }

    private static Set<String> find(Pattern pattern, Path file) throws IOException {
        return pattern.matcher(Files.readString(file))
                .results()
                .map(match -> match.groupCount() == 0 ? match.group() : match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
