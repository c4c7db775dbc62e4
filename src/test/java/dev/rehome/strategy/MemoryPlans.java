package dev.rehome.strategy;

import dev.rehome.strategy.PlanLine.State;
import dev.rehome.strategy.Plans.Start;
import dev.rehome.tenant.TenantId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Plans that are kept in memory, with the real succession: as the directory keeps them, for a simulation. */
public final class MemoryPlans {
    private final List<Start> starts = new ArrayList<>();
    private List<PlanLine> lines = new ArrayList<>();

    public Plan propose(Plan plan) {
        lines = new ArrayList<>(Succession.of(lines, plan.lines()).lines());
        return new Plan(plan.id(), plan.madeAt(), plan.by(), plan.tenants(), plan.cost(), lines, plan.left());
    }

    public void approveSettled(Instant before) {
        lines.replaceAll(
                line -> line.state() == State.PROPOSED && !line.wishedSince().isAfter(before)
                        ? in(line, State.APPROVED)
                        : line);
    }

    public List<PlanLine> approved() {
        return lines.stream().filter(line -> line.state() == State.APPROVED).toList();
    }

    public List<Start> startsSince(Instant since) {
        return starts.stream().filter(start -> start.at().isAfter(since)).toList();
    }

    public void started(PlanLine line, Instant now) {
        lines.replaceAll(each -> each.id().equals(line.id()) ? in(each, State.RUNNING) : each);
        starts.add(new Start(now, line.bytes()));
    }

    public void done(TenantId tenant) {
        lines.removeIf(line -> line.tenant().equals(tenant) && line.state() == State.RUNNING);
    }

    private static PlanLine in(PlanLine line, State state) {
        return new PlanLine(
                line.id(),
                line.source(),
                line.target(),
                line.reason(),
                line.bytes(),
                line.expected(),
                line.before(),
                line.after(),
                line.wishedSince(),
                state,
                Optional.of("simulated"),
                line.decidedAt(),
                line.move(),
                line.failure());
    }
}
