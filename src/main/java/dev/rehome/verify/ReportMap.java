package dev.rehome.verify;

import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.verify.Difference.Kind;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A report as plain maps, and back. */
record ReportMap(Map<?, ?> map) {

    static Map<String, Object> of(VerificationReport report) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("source", of(report.source()));
        map.put("target", of(report.target()));
        map.put("startedAt", report.startedAt().toString());
        map.put("endedAt", report.endedAt().toString());
        map.put("clean", report.clean());
        map.put("equal", report.equal());
        map.put("rows", report.rows());
        map.put("tables", report.tables().stream().map(ReportMap::of).toList());
        map.put("differences", report.differences().stream().map(ReportMap::of).toList());
        return map;
    }

    private static Map<String, Object> of(Home home) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("tier", home.tier().name());
        map.put("server", home.database().server());
        map.put("database", home.database().name());
        map.put("schema", home.schema());
        return map;
    }

    private static Map<String, Object> of(VerifiedTable table) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", table.name());
        map.put("ranges", (long) table.ranges());
        map.put("unequalRanges", (long) table.unequalRanges());
        map.put("sourceRows", table.source().rows());
        map.put("sourceSum", table.source().sum().toString());
        map.put("targetRows", table.target().rows());
        map.put("targetSum", table.target().sum().toString());
        map.put("missing", table.missing());
        map.put("extra", table.extra());
        map.put("different", table.different());
        map.put("repaired", table.repaired());
        map.put("foreignAtSource", table.foreignAtSource());
        map.put("foreignAtTarget", table.foreignAtTarget());
        return map;
    }

    private static Map<String, Object> of(Difference difference) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("table", difference.table());
        map.put("key", difference.key());
        map.put("kind", difference.kind().name());
        map.put("repaired", difference.repaired());
        return map;
    }

    VerificationReport report() {
        return new VerificationReport(
                inner("source").home(),
                inner("target").home(),
                Instant.parse(text("startedAt")),
                Instant.parse(text("endedAt")),
                list("tables", each -> new ReportMap((Map<?, ?>) each).table()),
                list("differences", each -> new ReportMap((Map<?, ?>) each).difference()));
    }

    private Home home() {
        return new Home(Tier.valueOf(text("tier")), text("server"), text("database"), text("schema"));
    }

    private VerifiedTable table() {
        return new VerifiedTable(
                text("name"),
                Math.toIntExact(number("ranges")),
                Math.toIntExact(number("unequalRanges")),
                new Checksum(number("sourceRows"), new BigInteger(text("sourceSum"))),
                new Checksum(number("targetRows"), new BigInteger(text("targetSum"))),
                number("missing"),
                number("extra"),
                number("different"),
                number("repaired"),
                number("foreignAtSource"),
                number("foreignAtTarget"));
    }

    private Difference difference() {
        return new Difference(
                text("table"),
                list("key", String.class::cast),
                Kind.valueOf(text("kind")),
                get("repaired", Boolean.class));
    }

    private ReportMap inner(String name) {
        return new ReportMap(get(name, Map.class));
    }

    private String text(String name) {
        return get(name, String.class);
    }

    /** A JSON parser makes a small number an Integer. */
    private long number(String name) {
        return get(name, Number.class).longValue();
    }

    private <T> List<T> list(String name, Function<Object, T> read) {
        List<T> all = new ArrayList<>();
        for (Object each : get(name, List.class)) {
            all.add(read.apply(each));
        }
        return all;
    }

    private <T> T get(String name, Class<T> type) {
        Object value = map.get(name);
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException("This is no verification report: '" + name + "' is " + value + ".");
        }
        return type.cast(value);
    }
}
