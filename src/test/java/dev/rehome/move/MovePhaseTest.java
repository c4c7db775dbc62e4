package dev.rehome.move;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.Lease;
import dev.rehome.move.MovePhase.Serving;
import dev.rehome.placement.Epoch;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MovePhaseTest {
    @Test
    void theTransitionsAreThoseOfTheDocumentation() throws Exception {
        String documented = Files.readAllLines(Path.of("src/site/markdown/architecture.md")).stream()
                .filter(line -> Stream.of(MovePhase.values()).anyMatch(phase -> line.startsWith("| " + phase + " |")))
                .map(line -> line.split("\\|", -1))
                .map(cells -> cells[1].strip() + " -> " + cells[2].strip())
                .collect(joining("\n"));
        String coded = Stream.of(MovePhase.values())
                .map(phase -> phase + " -> "
                        + (phase.isTerminal()
                                ? "–"
                                : phase.next().stream().map(Enum::name).collect(joining(", "))))
                .collect(joining("\n"));
        assertEquals(coded, documented);
    }

    @ParameterizedTest
    @EnumSource
    void aMoveCanBeCancelledExactlyAsLongAsTheSourceServes(MovePhase phase) {
        assertEquals(
                phase.serving() == Serving.SOURCE && !phase.isTerminal() && phase != MovePhase.CANCEL,
                phase.isCancellable());
    }

    @ParameterizedTest
    @EnumSource
    void everyOtherTransitionIsRefusedBeforeTheJournalIsAsked(MovePhase phase) {
        MoverJournal journal = new MoverJournal(() -> {
            throw new SQLException("the journal was asked", "XX000");
        });
        Home home = new Home(Tier.SHARED, "default", "smartseller", "shared");
        TenantId tenant = TenantId.of(UUID.randomUUID());
        Move move =
                new Move(MoveId.random(), new Placement(tenant, home, Epoch.FIRST), home, phase, new Lease(tenant, 1));
        for (MovePhase next : MovePhase.values()) {
            ErrorKind kind = assertThrows(RehomeException.class, () -> journal.advance(move, next, ""))
                    .kind();
            assertEquals(
                    phase.next().contains(next) ? ErrorKind.EXTERNAL : ErrorKind.INVARIANT,
                    kind,
                    phase + " to " + next);
        }
    }
}
