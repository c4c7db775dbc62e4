package dev.rehome.strategy;

import dev.rehome.strategy.PlanLine.State;
import dev.rehome.tenant.TenantId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What becomes of the lines of one plan in the next: a wish that is wished again stays the same line, with what was decided about
 * it; a line whose move runs stays as it is; an open line that is no longer wished is withdrawn.
 *
 * @param lines of the new plan
 * @param withdrawn of the earlier one
 */
record Succession(List<PlanLine> lines, List<LineId> withdrawn) {

    /** @param earlier those of the plan before, and all whose move runs */
    static Succession of(Collection<PlanLine> earlier, List<PlanLine> wished) {
        Map<TenantId, PlanLine> known = new HashMap<>();
        earlier.stream()
                .filter(line -> line.state().isOpen() || line.state() == State.REJECTED)
                .forEach(line -> known.merge(
                        line.tenant(), line, (one, other) -> one.state().isOpen() ? one : other));
        List<PlanLine> lines = new ArrayList<>();
        List<LineId> withdrawn = new ArrayList<>();
        known.values().stream().filter(line -> line.state() == State.RUNNING).forEach(lines::add);
        for (PlanLine wish : wished) {
            Optional<PlanLine> before = Optional.ofNullable(known.get(wish.tenant()));
            if (before.map(PlanLine::state).equals(Optional.of(State.RUNNING))) {
                continue; // it is being fulfilled, or the next plan wishes again
            }
            if (before.isPresent() && before.get().wishesTheSameAs(wish)) {
                lines.add(wish.as(before.get()));
                known.remove(wish.tenant());
            } else {
                lines.add(wish);
            }
        }
        known.values().stream()
                .filter(line -> line.state() == State.PROPOSED || line.state() == State.APPROVED)
                .map(PlanLine::id)
                .forEach(withdrawn::add);
        return new Succession(lines, withdrawn);
    }
}
