package dev.rehome.cli;

import dev.rehome.dashboard.PreviewView;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.move.MovePhase;
import dev.rehome.move.MovePreview;
import dev.rehome.move.Mover;
import dev.rehome.move.crew.MoveCrew.Job;
import dev.rehome.move.crew.MoveCrew.Soaking;
import dev.rehome.strategy.LineStarter;
import dev.rehome.strategy.Pace;
import dev.rehome.strategy.Plan;
import dev.rehome.strategy.PlanLine;
import dev.rehome.strategy.PlanLine.State;
import dev.rehome.strategy.Plans;
import dev.rehome.strategy.Strategy;
import dev.rehome.tenant.TenantId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Carries a plan out. */
@Command(
        name = "apply",
        description = {
            "Makes a plan as 'plan --propose' does, approves its moves and makes them, the most pressing first, as far as windows and"
                    + " limits of the strategy file let them begin now. Rejected moves are left out unless they are named.",
            "Stays until the old homes are removed at the end of the soak; Ctrl-C leaves the moves as they are, and 'move run' or"
                    + " 'serve' goes on with them."
        },
        footer = {"", "Examples:", "  rehome apply --dry-run", "  rehome apply --limit 10 --until-soak"})
final class ApplyCommand extends OperatorCommand {
    @Option(names = "--only", paramLabel = "TENANT", arity = "1..*", description = "Only the moves of these tenants.")
    private List<String> only = new ArrayList<>();

    @Option(names = "--limit", paramLabel = "N", description = "So many moves, the most pressing.")
    private @Nullable Integer limit;

    @Option(names = "--now", description = "Begin them now, whatever the windows and limits of the strategy file say.")
    private boolean now;

    @Option(
            names = "--until-soak",
            description = "End when the soaks begin. 'serve' or 'move run' has to go on with them.")
    private boolean untilSoak;

    @Option(
            names = "--dry-run",
            description =
                    "Only look what each move would meet: what would be refused, sizes, time and pause. Writes nothing.")
    private boolean dryRun;

    @Override
    public Integer call() {
        List<TenantId> named = only.stream().map(TenantId::parse).toList();
        if (limit != null && limit < 1) {
            throw new RehomeException(ErrorKind.USER, "--limit is at least 1. Correct it.");
        }
        OperatorTools tools = tools();
        tools.bringUpDirectory();
        Plans plans = tools.plans();
        Plan made = new Strategy(tools.strategy()).plan(tools.fleetReader().read(), OperatorTools.operator());
        if (dryRun) {
            return preview(tools.mover(tools.options()), chosen(plans.compared(made), named));
        }
        LineStarter starter = new LineStarter(plans, tools.journal(), tools.directory());
        starter.settle();
        List<PlanLine> approved = chosen(plans.propose(made), named).stream()
                .map(line -> plans.approve(line.id(), OperatorTools.operator()))
                .toList();
        List<PlanLine> begun = now ? approved : inTime(tools, plans, approved);
        if (begun.isEmpty()) {
            print(
                    new Foreground.CrewView(List.of(), 0, 0, 0, 0),
                    approved.isEmpty() ? "Nobody is to be moved." : "No move is begun now.");
            return 0;
        }
        Mover mover = tools.mover(tools.options());
        List<Job> jobs = begun.stream()
                .map(line -> new Job(
                        "tenant " + line.tenant(),
                        () -> starter.start(line, mover).orElseThrow(() -> notStarted(line))))
                .toList();
        Soaking soaking = untilSoak ? Soaking.LEAVE : jobs.size() == 1 ? Soaking.STAY : Soaking.VISIT;
        try {
            return new Foreground(this, tools, tools.options())
                    .run(jobs, tools.options().maxConcurrentMoves(), soaking, false, MovePhase.DONE);
        } finally {
            starter.settle();
        }
    }

    private List<PlanLine> chosen(Plan plan, List<TenantId> named) {
        for (TenantId tenant : named) {
            if (plan.lines().stream().noneMatch(line -> line.tenant().equals(tenant))) {
                throw new RehomeException(
                        ErrorKind.USER,
                        "The plan has no move of tenant " + tenant
                                + plan.left().stream()
                                        .filter(left -> left.tenant().equals(tenant))
                                        .map(left -> ": " + left.text())
                                        .findFirst()
                                        .orElse("")
                                + ". 'move start' moves a tenant whatever the strategy wishes.");
            }
        }
        return plan.lines().stream()
                .filter(line -> named.isEmpty() ? line.state() != State.REJECTED : named.contains(line.tenant()))
                .filter(line -> line.state() != State.RUNNING)
                .limit(limit == null ? Integer.MAX_VALUE : limit)
                .toList();
    }

    private List<PlanLine> inTime(OperatorTools tools, Plans plans, List<PlanLine> approved) {
        Pace pace = new Pace(tools.strategy().rules());
        Instant time = Instant.now();
        Pace.Turn turn = pace.at(time, approved, plans.startsSince(time.minus(pace.memory())));
        Optional<String> waiting = turn.waiting();
        waiting.ifPresent(reason -> {
            err().println((approved.size() - turn.begin().size()) + " of " + approved.size()
                    + " moves wait: " + reason
                    + ". They stay approved: 'serve' begins them, or 'apply' later, or 'apply"
                    + " --now'.");
            err().flush();
        });
        return turn.begin();
    }

    private static RehomeException notStarted(PlanLine line) {
        return new RehomeException(
                ErrorKind.STALE,
                "The move of tenant " + line.tenant() + " could not be begun. 'plan --newest' says how it stands.");
    }

    private int preview(Mover mover, List<PlanLine> lines) {
        List<MovePreview> previews = lines.stream()
                .map(line -> mover.preview(line.tenant(), line.target()))
                .toList();
        print(
                previews.stream().map(PreviewView::of).toList(),
                previews.isEmpty()
                        ? "Nobody is to be moved."
                        : String.join(
                                "\n\n", previews.stream().map(PreviewText::of).toList()));
        return previews.stream()
                .flatMap(preview -> preview.refusals().stream())
                .map(refusal -> refusal.kind().exitStatus())
                .findFirst()
                .orElse(0);
    }
}
