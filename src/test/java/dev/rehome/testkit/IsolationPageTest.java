package dev.rehome.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.placement.Tier;
import dev.rehome.testing.Thorough;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The suite sees what it must: with each protection taken away, alone or with another one, the attacks get across that the page
 * about isolation names, and no others. Each is taken away in the tier where most gets across, with {@code -Dthorough} in every one.
 * {@code -Disolation.write} writes the tables into the page instead.
 */
class IsolationPageTest {
    private static final boolean WRITE = Boolean.getBoolean("isolation.write");
    private static final boolean EVERY_TIER = WRITE || Thorough.isAsked();
    private static final Path PAGE = Path.of("src/site/markdown/isolation.md");
    private static final String CELLS = "(?<=\\|) | (?=\\|)";
    /** What gets across nowhere: Hibernate never updates the tenant's attribute of an entity that it knows. */
    private static final Set<String> NEVER = Set.of("GIVE_AWAY");

    @Test
    void withoutAProtectionTheAttacksGetAcrossThatThePageNames() throws SQLException, IOException {
        AttackTable table = new AttackTable();
        try (ProtectionRuns runs = new ProtectionRuns()) {
            for (Tier tier : Tier.values()) {
                AttackReport report = runs.untouched(tier);
                report.assertNothingCrossed();
                table.untouched(tier, report);
            }
            for (Removal removal : Removal.all()) {
                for (Tier tier : Tier.values()) {
                    if (EVERY_TIER ? removal.isIn(tier) : removal.showsIn(tier)) {
                        table.removed(removal, tier, runs.without(removal, tier));
                    }
                }
            }
        }
        assertEquals(List.of(), table.broken());
        if (WRITE) {
            write(table);
        }
        String page = Files.readString(PAGE);
        assertEquals(table.attacks(), section(page, "attacks"));
        assertSays(section(page, "removals"), table.removals());
        // An attack that never succeeds, whatever is taken away, may be one that cannot.
        Set<String> never = AttackSuite.KNOWN.stream().map(Attack::name).collect(Collectors.toCollection(TreeSet::new));
        never.removeAll(table.crossedSomewhere());
        assertEquals(new TreeSet<>(NEVER), never);
    }

    @Test
    void everyProtectionIsTakenAwayAlone() {
        Set<Set<Protection>> removed =
                Removal.all().stream().map(Removal::protections).collect(Collectors.toSet());
        for (Protection protection : Protection.values()) {
            assertTrue(removed.contains(Set.of(protection)), protection.name());
        }
    }

    /** The page says of every cell what was found there. */
    private static void assertSays(String page, String found) {
        String[] said = page.split(CELLS, -1);
        String[] seen = found.split(CELLS, -1);
        assertEquals(said.length, seen.length, "cells");
        for (int i = 0; i < said.length; i++) {
            assertTrue(
                    seen[i].equals(AttackTable.NOT_TRIED) || seen[i].equals(said[i]),
                    "the page says '" + said[i] + "' where this was found: " + seen[i]);
        }
    }

    private static void write(AttackTable table) throws IOException {
        String page = Files.readString(PAGE);
        page = with(page, "attacks", table.attacks());
        Files.writeString(PAGE, with(page, "removals", table.removals()));
    }

    private static String with(String page, String name, String table) {
        return page.substring(0, begin(page, name)) + table + page.substring(end(page, name));
    }

    /** What stands between the marks of this name. */
    private static String section(String page, String name) {
        return page.substring(begin(page, name), end(page, name));
    }

    private static int begin(String page, String name) {
        String mark = "<!-- begin " + name + " -->\n";
        return page.indexOf(mark) + mark.length();
    }

    private static int end(String page, String name) {
        return page.indexOf("<!-- end " + name + " -->");
    }
}
