package dev.rehome.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rehome.metrics.Metric;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
    private static final Pattern SELECTOR = Pattern.compile("\\b(rehome_[a-z0-9_]+)(?:\\{([^}]*)})?");
    private static final Pattern LABEL = Pattern.compile("(\\w+) *[=!]");
    private static final Pattern BY = Pattern.compile("\\bby *\\(([^)]*)\\)");
    /** What it adds to every series. */
    private static final Set<String> BY_PROMETHEUS = Set.of("instance", "job");

    private static final Set<String> PANELS = Set.of("row", "stat", "timeseries");
    private static final ObjectMapper JSON = new ObjectMapper();
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
    void everyLabelOfTheRulesAndTheDashboardIsOneOfItsMetric() throws IOException {
        Map<String, List<String>> labels = new HashMap<>();
        for (Metric metric : Metric.values()) {
            metric.series().forEach(series -> labels.put(series, metric.labels()));
        }
        for (String expression : expressions()) {
            Set<String> all = new TreeSet<>(BY_PROMETHEUS);
            SELECTOR.matcher(expression).results().forEach(selector -> {
                List<String> own = labels.getOrDefault(selector.group(1), List.of());
                all.addAll(own);
                if (selector.group(2) != null) {
                    LABEL.matcher(selector.group(2))
                            .results()
                            .forEach(label ->
                                    assertTrue(own.contains(label.group(1)), selector.group() + " has no such label"));
                }
            });
            BY.matcher(expression)
                    .results()
                    .flatMap(by -> Stream.of(by.group(1).split(",", -1)))
                    .forEach(label -> assertTrue(all.contains(label.strip()), label + " in " + expression));
        }
    }

    /** Of the rules and the dashboard, with the labels of its legends as if they were asked for. */
    private static List<String> expressions() throws IOException {
        List<String> expressions = new ArrayList<>(find(Pattern.compile("(?m)^ +expr: (.+)$"), RULES));
        for (JsonNode panel : JSON.readTree(DASHBOARD.toFile()).get("panels")) {
            for (JsonNode target : panel.path("targets")) {
                String legend = Pattern.compile("\\{\\{(\\w+)}}")
                        .matcher(target.path("legendFormat").asText())
                        .results()
                        .map(label -> " by (" + label.group(1) + ")")
                        .collect(Collectors.joining());
                expressions.add(target.get("expr").asText() + legend);
            }
        }
        assertTrue(expressions.size() > 40, expressions.toString());
        return expressions;
    }

    /** What its dashboard model asks for: https://grafana.com/docs/grafana/latest/visualizations/dashboards/build-dashboards/view-dashboard-json-model/ */
    @Test
    void grafanaFindsInTheDashboardWhatItAsksFor() throws IOException {
        JsonNode dashboard = JSON.readTree(DASHBOARD.toFile());
        assertTrue(dashboard.get("title").isTextual() && dashboard.get("uid").isTextual());
        assertTrue(dashboard.get("schemaVersion").asInt() >= 36, "older ones have no panels with a data source object");
        assertTrue(dashboard.at("/time/from").isTextual()
                && dashboard.at("/time/to").isTextual());
        JsonNode variable = dashboard.at("/templating/list/0");
        assertEquals("datasource", variable.get("type").asText());
        assertEquals("prometheus", variable.get("query").asText());
        String source = "${" + variable.get("name").asText() + "}";
        Set<Integer> ids = new HashSet<>();
        Set<String> taken = new HashSet<>();
        for (JsonNode panel : dashboard.get("panels")) {
            String title = panel.get("title").asText();
            assertTrue(ids.add(panel.get("id").asInt()), title + " has another panel's id");
            assertTrue(PANELS.contains(panel.get("type").asText()), title);
            JsonNode place = panel.get("gridPos");
            assertTrue(place.get("x").asInt() + place.get("w").asInt() <= 24, title + " is beyond the grid");
            for (int x = 0; x < place.get("w").asInt(); x++) {
                for (int y = 0; y < place.get("h").asInt(); y++) {
                    String cell =
                            (place.get("x").asInt() + x) + "," + (place.get("y").asInt() + y);
                    assertTrue(taken.add(cell), title + " covers another panel at " + cell);
                }
            }
            if (panel.get("type").asText().equals("row")) {
                assertTrue(
                        panel.get("collapsed").isBoolean()
                                && panel.get("panels").isArray(),
                        title);
                continue;
            }
            assertEquals("prometheus", panel.at("/datasource/type").asText(), title);
            assertEquals(source, panel.at("/datasource/uid").asText(), title);
            assertTrue(panel.at("/fieldConfig/defaults").isObject(), title);
            assertTrue(panel.at("/fieldConfig/overrides").isArray(), title);
            assertTrue(panel.get("options").isObject() && panel.get("targets").size() > 0, title);
            Set<String> references = new HashSet<>();
            for (JsonNode target : panel.get("targets")) {
                assertTrue(references.add(target.get("refId").asText()), title + " has two targets of one refId");
            }
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
