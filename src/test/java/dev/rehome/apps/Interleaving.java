package dev.rehome.apps;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rehome.move.Move;
import dev.rehome.move.MoveListener;
import dev.rehome.move.MovePhase;
import dev.rehome.move.MoveProgress;
import dev.rehome.move.SoakDecision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What happens beside a move, and at which of its moments. Each event happens once, in the mover's thread, so that the move
 * stands still meanwhile; one that has not happened when the move has ended fails the test. The soak ends at once.
 */
final class Interleaving implements MoveListener, SoakDecision {
    private final List<Planned> planned = new ArrayList<>();
    private final List<String> happened = new ArrayList<>();
    private MovePhase phase = MovePhase.PLANNED;

    /** Anything that a test does. */
    @FunctionalInterface
    interface Event {
        void happen() throws Exception;
    }

    private record Planned(String moment, Event event) {}

    static Interleaving none() {
        return new Interleaving();
    }

    /** When a phase begins. */
    Interleaving at(MovePhase begun, Event event) {
        return plan("entered " + begun, event);
    }

    /** When changes are captured, and before the snapshot that is copied. */
    Interleaving whenCaptureIsOn(Event event) {
        return plan("fenced in " + MovePhase.BACKFILL, event);
    }

    /** When the first rows are copied and the copy has not ended. */
    Interleaving whileCopying(Event event) {
        return plan("progressed in " + MovePhase.BACKFILL, event);
    }

    /** When the cutover has given up waiting for somebody; the next event of this kind comes with the next attempt. */
    Interleaving whenPostponed(Event event) {
        return plan("postponed in " + MovePhase.CUTOVER, event);
    }

    /** When the tenant's new home serves and the old one is still there. */
    Interleaving whenCutOver(Event event) {
        return plan("cut over", event);
    }

    private Interleaving plan(String moment, Event event) {
        planned.add(new Planned(moment, event));
        return this;
    }

    void assertAllHappened() {
        assertEquals(
                List.of(),
                planned.stream().map(Planned::moment).toList(),
                () -> "events that have not happened, after " + happened);
    }

    /** The first planned event of this moment. Its failure stops the move. */
    private synchronized void reach(String moment) {
        for (Planned each : planned) {
            if (each.moment().equals(moment)) {
                planned.remove(each);
                happened.add(moment);
                try {
                    each.event().happen();
                } catch (RuntimeException e) {
                    throw e;
                } catch (Exception e) {
                    throw new IllegalStateException(moment, e);
                }
                return;
            }
        }
    }

    @Override
    public void entered(Move move, MovePhase begun) {
        phase = begun;
        reach("entered " + begun);
    }

    @Override
    public void progressed(Move move, MoveProgress progress) {
        reach("progressed in " + phase);
    }

    @Override
    public void postponed(Move move, String reason) {
        reach("postponed in " + phase);
    }

    @Override
    public void fenced(Move move, long askedAtNanos, Duration fenced) {
        reach("fenced in " + phase);
    }

    @Override
    public void cutOver(Move move, Duration fenced) {
        reach("cut over");
    }

    @Override
    public Verdict decide(Duration soaked) {
        return Verdict.RETIRE;
    }
}
