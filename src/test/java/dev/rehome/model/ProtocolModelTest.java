package dev.rehome.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.rehome.model.Settings.Layout;
import dev.rehome.move.MovePhase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The protocol in all orders of events within bounds that take seconds; {@link ModelCheck} takes larger ones. */
class ProtocolModelTest {
    private static final Path DOCUMENTATION = Path.of("src/site/markdown/model.md");
    /** Within some bounds the protocol is asked for twice. */
    private static final Map<Settings, Finding> EXPLORED = new ConcurrentHashMap<>();

    /** With how many states there are at least, as counted: a model in which little can happen keeps every rule. */
    static Stream<Arguments> bounds() {
        return Stream.of(
                arguments(Settings.of(Layout.ONE_DATABASE, 2, 0), 37_000),
                arguments(Settings.of(Layout.TWO_DATABASES, 2, 0), 58_000),
                arguments(Settings.of(Layout.TWO_DATABASES, 1, 1), 281_000),
                arguments(Settings.of(Layout.OWN_DATABASES, 1, 1), 224_000),
                arguments(Settings.of(Layout.ONE_DATABASE, 1, 1).validated(), 270_000),
                arguments(Settings.of(Layout.TWO_DATABASES, 1, 1).validated(), 464_000),
                arguments(Settings.of(Layout.OWN_DATABASES, 1, 1).validated(), 389_000),
                arguments(Settings.of(Layout.TWO_DATABASES, 0, 2), 177_000),
                arguments(Settings.of(Layout.ONE_DATABASE, 2, 0).withFencedPass(), 82_000),
                arguments(Settings.of(Layout.TWO_DATABASES, 1, 0).validated().withFencedPass(), 20_000),
                arguments(Settings.of(Layout.TWO_DATABASES, 1, 0).validated().withoutWayBack(), 5_000),
                arguments(
                        Settings.of(Layout.OWN_DATABASES, 1, 1).withoutWayBack().withFencedPass(), 308_000));
    }

    private static Finding explore(Settings settings) {
        return EXPLORED.computeIfAbsent(settings, Explorer::explore);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bounds")
    void theProtocolKeepsEveryRuleInEveryOrderOfEvents(Settings settings, int leastStates) {
        Finding finding = explore(settings);
        System.out.println(finding);
        assertTrue(finding.holds(), finding::toString);
        assertTrue(finding.states() >= leastStates, finding::toString);
        Set<MovePhase> expected = EnumSet.allOf(MovePhase.class);
        if (!settings.wayBack()) {
            expected.removeAll(EnumSet.of(MovePhase.ROLL_BACK, MovePhase.ROLLED_BACK));
        }
        assertEquals(expected, finding.phases());
    }

    @ParameterizedTest
    @EnumSource
    void aPlantedBugIsFoundAndShownStepByStep(ProtocolBug bug) {
        Finding finding = Explorer.explore(bug.settings());
        System.out.println(bug.words() + "\n" + finding);
        assertEquals(bug.breaks(), finding.broken(), finding::toString);
        assertTrue(finding.trace().size() > 5, finding::toString);
    }

    static Stream<Settings> boundsOfBugs() {
        return Stream.of(ProtocolBug.values())
                .map(bug -> bug.settings().withoutBug())
                .distinct();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("boundsOfBugs")
    void withoutTheBugNothingIsFoundWithinTheSameBounds(Settings settings) {
        Finding finding = explore(settings);
        assertTrue(finding.holds(), finding::toString);
    }

    @Test
    void theDocumentationNamesEveryPlantedBugAndWhatItBreaks() throws Exception {
        List<String> documented = Files.readAllLines(DOCUMENTATION).stream()
                .filter(line -> line.startsWith("| `"))
                .toList();
        List<String> planted = Stream.of(ProtocolBug.values())
                .map(bug -> "| `" + bug + "` | " + bug.words() + " | " + bug.breaks() + " |")
                .toList();
        assertEquals(planted, documented);
    }
}
