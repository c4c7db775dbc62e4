package dev.rehome.demo;

import dev.rehome.cli.screen.MoveDisplay;
import dev.rehome.config.StrategyConfig;
import dev.rehome.demo.DemoReport.Leg;
import dev.rehome.demo.DemoReport.PauseMillis;
import dev.rehome.move.Move;
import dev.rehome.move.MoveListener;
import dev.rehome.move.MovePhase;
import dev.rehome.move.MoveProgress;
import dev.rehome.move.MoveReport;
import dev.rehome.move.Mover;
import dev.rehome.move.SoakDecision;
import dev.rehome.move.SoakDecision.Verdict;
import dev.rehome.placement.Directory;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.verify.VerificationReport;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The legs of the storefront's way, each shown and summed up in a line. */
final class DemoMoves {
    private final Mover mover;
    private final Directory directory;
    private final StrategyConfig strategy;
    private final TenantId tenant;
    private final Traffic traffic;
    private final Duration soak;
    private final PrintStream out;

    DemoMoves(
            Mover mover,
            Directory directory,
            StrategyConfig strategy,
            TenantId tenant,
            Traffic traffic,
            Duration soak,
            PrintStream out) {
        this.mover = mover;
        this.directory = directory;
        this.strategy = strategy;
        this.tenant = tenant;
        this.traffic = traffic;
        this.soak = soak;
        this.out = out;
    }

    /** Moves, soaks and retires. */
    Leg move(Tier tier) throws InterruptedException {
        Home from = home();
        return run(from, strategy.homeFor(tenant, tier), Verdict.RETIRE).get(0);
    }

    /** Moves to a home of the storefront's own, soaks under writes, and goes back. */
    List<Leg> moveAndRollBack() throws InterruptedException {
        Home from = home();
        Tier tier = from.tier() == Tier.DATABASE ? Tier.SCHEMA : Tier.DATABASE;
        return run(from, strategy.homeFor(tenant, tier), Verdict.ROLL_BACK);
    }

    private List<Leg> run(Home from, Home to, Verdict verdict) throws InterruptedException {
        out.println(from.tier() + " to " + to.tier() + (verdict == Verdict.ROLL_BACK ? ", and back" : ""));
        LegWatch watch;
        MoveReport report;
        try (MoveDisplay display = new MoveDisplay(new PrintWriter(out, true, Charset.defaultCharset()))) {
            watch = new LegWatch(display);
            Move move = mover.plan(tenant, to);
            report = mover.run(move, watch, soakThen(verdict));
        }
        return watch.legs(from, to, report, verdict);
    }

    private SoakDecision soakThen(Verdict verdict) {
        return soaked -> soaked.compareTo(soak) < 0 ? Verdict.GO_ON : verdict;
    }

    private Home home() {
        return directory.find(tenant).orElseThrow().home();
    }

    /** What happened to the clients while one cutover was made. */
    private record Cut(
            double seconds,
            TransactionLog.Pause pause,
            Duration fenced,
            long transactions,
            long failed,
            long neighbourTransactions,
            long neighbourFailed) {}

    /** Passes everything on to the display, and takes the figures of the legs. */
    private final class LegWatch implements MoveListener {
        private final MoveDisplay display;
        private final List<Cut> cuts = new ArrayList<>();
        private final List<String> failures = new ArrayList<>();
        private long beganNanos;
        private long flowedBack;
        private final List<TransactionLog.Span> fences = new ArrayList<>();
        private Duration fenced = Duration.ZERO;
        private double seconds;

        LegWatch(MoveDisplay display) {
            this.display = display;
            begin();
        }

        private void begin() {
            beganNanos = System.nanoTime();
            fences.clear();
            traffic.moved().restart();
            traffic.neighbours().restart();
        }

        @Override
        public void entered(Move move, MovePhase phase) {
            display.entered(move, phase);
            if (phase == MovePhase.ROLL_BACK) {
                end();
                begin();
            } else if (phase.isTerminal()) {
                end();
            }
        }

        @Override
        public void progressed(Move move, MoveProgress progress) {
            display.progressed(move, progress);
            if (progress.phase() == MovePhase.SOAK) {
                flowedBack = progress.rowsDone();
            }
        }

        @Override
        public void postponed(Move move, String reason) {
            display.postponed(move, reason);
        }

        @Override
        public void fenced(Move move, long askedAtNanos, Duration duration) {
            fences.add(new TransactionLog.Span(askedAtNanos, askedAtNanos + duration.toNanos()));
        }

        @Override
        public void cutOver(Move move, Duration duration) {
            fenced = duration;
            seconds = (System.nanoTime() - beganNanos) / 1e9;
        }

        private void end() {
            TransactionLog here = traffic.moved();
            TransactionLog there = traffic.neighbours();
            cuts.add(new Cut(
                    seconds,
                    here.pause(List.copyOf(fences)),
                    fenced,
                    here.transactions(),
                    here.failed(),
                    there.transactions(),
                    there.failed()));
            failures.addAll(here.failures());
            failures.addAll(there.failures());
        }

        List<Leg> legs(Home from, Home to, MoveReport report, Verdict verdict) {
            List<Leg> legs = new ArrayList<>();
            legs.add(leg(from, to, "move", report.rows(), report.bytes(), cuts.get(0), report));
            if (verdict == Verdict.ROLL_BACK) {
                long bytes = report.rows() == 0 ? 0 : flowedBack * report.bytes() / report.rows();
                legs.add(leg(to, from, "rollback", flowedBack, bytes, cuts.get(1), report));
            }
            legs.forEach(leg -> print(leg, cuts.get(legs.indexOf(leg))));
            failures.forEach(failure -> out.println("  failed: " + failure));
            if (display.postponements() > 0) {
                out.println("  " + display.postponements() + " cutovers were postponed to keep the pause short.");
            }
            return legs;
        }

        private Leg leg(Home from, Home to, String kind, long rows, long bytes, Cut cut, MoveReport report) {
            return new Leg(
                    from.tier().name(),
                    to.tier().name(),
                    kind,
                    rows,
                    bytes,
                    cut.seconds(),
                    new PauseMillis(cut.pause().p50Millis(), cut.pause().maxMillis()),
                    cut.transactions(),
                    cut.failed(),
                    cut.neighbourTransactions(),
                    cut.neighbourFailed(),
                    !report.verifications().isEmpty()
                            && report.verifications().stream().allMatch(VerificationReport::equal),
                    report.verifications().stream()
                            .mapToLong(VerificationReport::differenceCount)
                            .sum());
        }

        private void print(Leg leg, Cut cut) {
            out.printf(
                    Locale.ROOT,
                    "  %s %s to %s: %,d rows in %.1f s; pause p50 %.0f ms, max %.0f ms (fence %d ms, %d transactions felt it);"
                            + " failed %d of %,d here, %d of %,d at neighbours; %s, %d differences%n",
                    leg.kind(),
                    leg.from(),
                    leg.to(),
                    leg.rows(),
                    leg.seconds(),
                    leg.pauseMillis().p50(),
                    leg.pauseMillis().max(),
                    cut.fenced().toMillis(),
                    cut.pause().transactions(),
                    leg.failedTransactions(),
                    leg.transactions(),
                    leg.neighbourFailedTransactions(),
                    leg.neighbourTransactions(),
                    leg.verified() ? "verified" : "NOT VERIFIED",
                    leg.differences());
        }
    }
}
