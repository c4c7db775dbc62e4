package dev.rehome.automation;

import dev.rehome.move.MoveId;
import dev.rehome.move.MoveJournal;
import dev.rehome.move.MoveListener;
import dev.rehome.move.MovePhase;
import dev.rehome.move.MoveStatus;
import dev.rehome.move.crew.MoveCrew;
import dev.rehome.move.crew.MoveCrew.Job;
import dev.rehome.move.crew.MoveCrew.Soaking;
import dev.rehome.move.crew.MoveResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Makes the old homes of soaking moves current that nobody keeps so. The end of a soak is not its: {@link MoveRunner} sees to that. */
final class VisitSoaks implements Duty {
    static final String NAME = "visit soaks";

    private final AutomationListener listener;

    VisitSoaks(AutomationListener listener) {
        this.listener = listener;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Duration interval(NodeTools tools) {
        return tools.config().automation().soaks();
    }

    @Override
    public String run(NodeTools tools, Watch watch) throws InterruptedException {
        MoveJournal journal = tools.journal();
        Instant now = tools.clock().instant();
        List<Job> jobs = journal.list(false, MoveRunner.MOST_MOVES).stream()
                .filter(status -> status.move().phase() == MovePhase.SOAK && !status.isRunAt(now))
                .filter(status -> !MoveRunner.isDue(status, now, tools.options()))
                .map(MoveStatus::move)
                .map(Job::of)
                .toList();
        if (jobs.isEmpty()) {
            return "none soaks";
        }
        List<MoveResult> results = new MoveCrew(
                        tools.mover(), tools.options().soak(), Soaking.LEAVE, false, new Crowd())
                .run(jobs, tools.config().automation().moves());
        if (results.stream().anyMatch(result -> result.state() == MoveResult.State.INTERRUPTED)) {
            throw new InterruptedException();
        }
        long failed = results.stream()
                .filter(result -> result.state() == MoveResult.State.FAILED)
                .count();
        return results.size() + " visited, of which " + failed + " failed";
    }

    /** Whose soak is over in the middle of a visit is taken to its end by it. */
    private final class Crowd implements MoveCrew.Audience {
        @Override
        public MoveListener listener(MoveId id) {
            return new MoveNews(listener);
        }

        @Override
        public void waiting(String reason) {}

        @Override
        public void ended(MoveResult result) {}
    }
}
