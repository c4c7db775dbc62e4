package dev.rehome.dashboard;

import static dev.rehome.dashboard.Route.get;

import dev.rehome.automation.Duties;
import dev.rehome.automation.DutyState;
import dev.rehome.automation.NodeState;
import dev.rehome.automation.Nodes;
import dev.rehome.jdbc.ConnectionSource;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The processes that look after the fleet, and how their duties stand. Thread-safe. */
final class AutomationApi {
    private final Nodes nodes;
    private final Duties duties;

    AutomationApi(ConnectionSource directory) {
        this.nodes = new Nodes(directory);
        this.duties = new Duties(directory);
    }

    List<Route> routes() {
        return List.of(get("/automation", call -> automation()));
    }

    record Node(
            String node,
            Instant startedAt,
            Instant heardAt,
            String strategyDigest,
            Instant strategySince,
            @Nullable String strategyProblem,
            @Nullable Instant strategyProblemSince,
            int moves) {
        static Node of(NodeState state) {
            return new Node(
                    state.node(),
                    state.startedAt(),
                    state.heardAt(),
                    state.strategyDigest(),
                    state.strategySince(),
                    state.strategyProblem().orElse(null),
                    state.strategyProblemSince().orElse(null),
                    state.moves());
        }
    }

    record DutyView(
            String duty,
            @Nullable String holder,
            @Nullable Instant heldUntil,
            @Nullable Instant begunAt,
            @Nullable Instant endedAt,
            @Nullable String outcome,
            long runs,
            long failures,
            int failedInARow,
            @Nullable String failure) {
        static DutyView of(DutyState state) {
            return new DutyView(
                    state.name(),
                    state.holder().orElse(null),
                    state.heldUntil().orElse(null),
                    state.begunAt().orElse(null),
                    state.endedAt().orElse(null),
                    state.outcome().orElse(null),
                    state.runs(),
                    state.failures(),
                    state.failedInARow(),
                    state.failure().orElse(null));
        }
    }

    record State(List<Node> nodes, List<DutyView> duties) {}

    private State automation() {
        return new State(
                nodes.list().stream().map(Node::of).toList(),
                duties.list().stream().map(DutyView::of).toList());
    }
}
