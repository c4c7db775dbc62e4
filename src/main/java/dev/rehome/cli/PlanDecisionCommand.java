package dev.rehome.cli;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.strategy.LineId;
import dev.rehome.strategy.Plan;
import dev.rehome.strategy.PlanLine;
import dev.rehome.strategy.Plans;
import dev.rehome.tenant.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Decides about lines of the newest plan. */
abstract class PlanDecisionCommand extends OperatorCommand {
    @Parameters(paramLabel = "TENANT", arity = "1..*", description = "Tenants, or lines of the plan by their ids.")
    private List<String> chosen = new ArrayList<>();

    abstract PlanLine decide(Plans plans, LineId line, String who);

    @Override
    public Integer call() {
        List<UUID> ids =
                chosen.stream().map(TenantId::parse).map(TenantId::value).toList(); // as all are UUIDs
        OperatorTools tools = tools();
        tools.bringUpDirectory();
        Plans plans = tools.plans();
        Plan newest = plans.latest()
                .orElseThrow(() -> new RehomeException(
                        ErrorKind.USER, "No plan was written down yet. 'plan --propose' makes one."));
        List<LineId> lines = ids.stream().map(id -> find(newest, id)).toList();
        List<PlanLine> decided = lines.stream()
                .map(line -> decide(plans, line, OperatorTools.operator()))
                .toList();
        print(
                decided.stream().map(PlanViews.LineView::of).toList(),
                decided.stream()
                        .map(line -> "The move of tenant " + line.tenant() + " to " + line.target() + " is "
                                + line.state() + ".")
                        .collect(Collectors.joining("\n")));
        return 0;
    }

    private static LineId find(Plan plan, UUID id) {
        return plan.lines().stream()
                .filter(line ->
                        line.id().value().equals(id) || line.tenant().value().equals(id))
                .map(PlanLine::id)
                .findFirst()
                .orElseThrow(() -> new RehomeException(
                        ErrorKind.USER, "The newest plan has no move " + id + ". 'plan --newest' shows what it has."));
    }

    @Command(
            name = "approve",
            description =
                    "Lets moves of the newest plan be carried out, by 'serve' or 'apply'; also ones that were rejected.")
    static final class Approve extends PlanDecisionCommand {
        @Override
        PlanLine decide(Plans plans, LineId line, String who) {
            return plans.approve(line, who);
        }
    }

    @Command(
            name = "reject",
            description =
                    "Keeps moves of the newest plan from being carried out, as long as the strategy wishes them without a"
                            + " break.")
    static final class Reject extends PlanDecisionCommand {
        @Override
        PlanLine decide(Plans plans, LineId line, String who) {
            return plans.reject(line, who);
        }
    }
}
