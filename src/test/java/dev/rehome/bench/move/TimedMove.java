package dev.rehome.bench.move;

import dev.rehome.bench.Spread;
import dev.rehome.move.Move;
import dev.rehome.move.MoveListener;
import dev.rehome.move.MovePhase;
import dev.rehome.move.MoveProgress;
import dev.rehome.move.MoveReport;
import dev.rehome.move.Mover;
import dev.rehome.move.SoakDecision;
import dev.rehome.move.SoakDecision.Verdict;
import dev.rehome.placement.Servers;
import dev.rehome.tenant.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes moves, and notes how long each phase took and when the fence was up. Used by one thread. */
final class TimedMove {
    private final Market market;
    private final Consumer<String> progress;

    /** @param progress is told why a cutover is tried again */
    TimedMove(Market market, Consumer<String> progress) {
        this.market = market;
        this.progress = progress;
    }

    /** Work to do when a move enters a phase, before the phase begins; its time is not the move's. */
    interface Interlude {
        Interlude NONE = (move, phase) -> {};

        void before(Move move, MovePhase phase) throws Exception;
    }

    /**
     * What came of a move.
     *
     * @param phaseSeconds how long each phase took
     * @param partSeconds what the backfill's time went into
     * @param phases when each phase began
     * @param cutovers the fences, of cutovers only; a postponed one counts as one more
     * @param otherFences those for switching capture
     * @param postponements why cutovers were tried again
     */
    record Timing(
            MoveReport report,
            Map<MovePhase, Double> phaseSeconds,
            Map<String, Double> partSeconds,
            Map<MovePhase, Span> phases,
            List<Span> cutovers,
            List<Span> otherFences,
            List<String> postponements) {

        double seconds(MovePhase phase) {
            return phaseSeconds.getOrDefault(phase, 0.0);
        }

        /** Until everything is at the target: its home made, rows copied, keys, indexes and foreign keys built, which the catch-up does. */
        double copySeconds() {
            return seconds(MovePhase.PLANNED)
                    + seconds(MovePhase.PREPARE)
                    + seconds(MovePhase.BACKFILL)
                    + seconds(MovePhase.CATCH_UP);
        }

        /** Every phase, and what the backfill consists of. */
        Map<String, Double> breakdown() {
            Map<String, Double> seconds = new LinkedHashMap<>();
            phaseSeconds.forEach((phase, value) -> {
                seconds.put(phase.name(), Spread.rounded(value));
                if (phase == MovePhase.BACKFILL) {
                    partSeconds.forEach((part, of) -> seconds.put(phase + " " + part, Spread.rounded(of)));
                }
            });
            return seconds;
        }

        /** From the beginning until the target serves. */
        double seconds() {
            return copySeconds() + seconds(MovePhase.VERIFY) + seconds(MovePhase.CUTOVER);
        }
    }

    /** Moves to the target and back, so that it can be done again. */
    Timing thereAndBack(TenantId tenant, Target target, Interlude interlude) throws Exception {
        return run(tenant, target, Verdict.ROLL_BACK, interlude);
    }

    /** Moves to the target for good. */
    Timing there(TenantId tenant, Target target) throws Exception {
        return run(tenant, target, Verdict.RETIRE, Interlude.NONE);
    }

    private Timing run(TenantId tenant, Target target, Verdict verdict, Interlude interlude) throws Exception {
        StatementTimes statements = new StatementTimes();
        Servers watched = statements.watch(market.servers().servers());
        Watch watch = new Watch(interlude, progress);
        Mover mover = market.mover(watched);
        MoveReport report = mover.run(mover.plan(tenant, target.home(tenant)), watch, decision(verdict));
        return watch.timing(report, statements);
    }

    private static SoakDecision decision(Verdict verdict) {
        return (Duration soaked) -> verdict;
    }

    private static final class Watch implements MoveListener {
        private final Interlude interlude;
        private final Consumer<String> progress;
        private final Map<MovePhase, Double> phaseSeconds = new EnumMap<>(MovePhase.class);
        private final Map<MovePhase, Span> phases = new EnumMap<>(MovePhase.class);
        private final List<Span> cutovers = new ArrayList<>();
        private final List<Span> otherFences = new ArrayList<>();
        private final List<Span> undecided = new ArrayList<>();
        private final List<String> postponements = new ArrayList<>();
        private @Nullable MovePhase phase;
        private long beganNanos;
        private long copyBeganNanos;
        private long copyEndedNanos;

        Watch(Interlude interlude, Consumer<String> progress) {
            this.interlude = interlude;
            this.progress = progress;
        }

        @Override
        public void entered(Move move, MovePhase next) {
            if (next == phase) {
                return;
            }
            long now = System.nanoTime();
            end(now);
            phase = next;
            try {
                interlude.before(move, next);
            } catch (Exception e) {
                throw new IllegalStateException("The interlude before " + next + " failed.", e);
            }
            beganNanos = System.nanoTime();
        }

        private void end(long now) {
            if (phase != null) {
                phaseSeconds.put(phase, (now - beganNanos) / 1e9);
                phases.put(phase, new Span(beganNanos, now));
            }
        }

        @Override
        public void progressed(Move move, MoveProgress progress) {
            if (progress.phase() == MovePhase.BACKFILL) {
                if (progress.rowsDone() == 0) {
                    copyBeganNanos = System.nanoTime();
                }
                copyEndedNanos = System.nanoTime();
            }
        }

        @Override
        public void postponed(Move move, String reason) {
            postponements.add(reason);
            progress.accept("  postponed: " + reason);
        }

        /** Whether it was the cutover's is known only if that is told next. */
        @Override
        public void fenced(Move move, long askedAtNanos, Duration fenced) {
            Span span = new Span(askedAtNanos, askedAtNanos + fenced.toNanos());
            if (phase == MovePhase.CUTOVER) {
                cutovers.add(span);
            } else {
                undecided.add(span);
            }
        }

        @Override
        public void cutOver(Move move, Duration fenced) {
            // In a roll-back: every fence since it began was asked for by its cutover.
            cutovers.addAll(undecided.stream()
                    .filter(span -> phase == MovePhase.ROLL_BACK && span.begin() - beganNanos >= 0)
                    .toList());
            undecided.removeAll(cutovers);
        }

        Timing timing(MoveReport report, StatementTimes statements) {
            otherFences.addAll(undecided);
            Map<String, Double> parts = new LinkedHashMap<>();
            Span backfill = phases.get(MovePhase.BACKFILL);
            if (backfill != null) {
                parts.put("captureOnSnapshotAndRanges", (copyBeganNanos - backfill.begin()) / 1e9);
                parts.put("copy", (copyEndedNanos - copyBeganNanos) / 1e9);
                parts.put("definitions", (backfill.end() - copyEndedNanos) / 1e9);
            }
            statements.seconds().forEach((kind, seconds) -> parts.put("of which " + kind, seconds));
            return new Timing(report, phaseSeconds, parts, phases, cutovers, otherFences, postponements);
        }
    }
}
