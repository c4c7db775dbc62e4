package dev.rehome.cli;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.strategy.Plan;
import dev.rehome.strategy.Plans;
import dev.rehome.strategy.Strategy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what the strategy wishes. */
@Command(
        name = "plan",
        description = {
            "Shows which tenants should live elsewhere by the strategy file, the directory and the statistics: why, how long the move"
                    + " and its pause are expected to take, and what the tenant costs a month before and after. Moves nobody.",
            "Without an option nothing is written down. 'apply' carries the plan out; 'serve' does so by itself."
        },
        subcommands = {PlanDecisionCommand.Approve.class, PlanDecisionCommand.Reject.class},
        footer = {
            "",
            "Examples:",
            "  rehome plan",
            "  rehome plan --propose",
            "  rehome plan approve 550e8400-e29b-41d4-a716-446655440000"
        })
final class PlanCommand extends OperatorCommand {
    @Option(
            names = "--propose",
            description = "Write it down as the newest plan, so that others see it and can approve its lines.")
    private boolean propose;

    @Option(names = "--newest", description = "Show the newest plan that was written down, and make none.")
    private boolean newest;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "So many moves are shown to people. Default: ${DEFAULT-VALUE}.")
    private int limit;

    @Option(
            names = "--left",
            description = "Name each tenant that stays though something speaks for a move, or though nobody can tell.")
    private boolean left;

    @Override
    public Integer call() {
        if (propose && newest) {
            throw new RehomeException(ErrorKind.USER, "--propose makes a plan, and --newest none. Choose one.");
        }
        OperatorTools tools = tools();
        tools.bringUpDirectory();
        Plan plan = plan(tools);
        print(PlanViews.PlanView.of(plan), PlanViews.text(plan, width(), limit, left));
        return 0;
    }

    private Plan plan(OperatorTools tools) {
        Plans plans = tools.plans();
        if (newest) {
            return plans.latest()
                    .orElseThrow(() -> new RehomeException(
                            ErrorKind.USER, "No plan was written down yet. 'plan --propose' makes one."));
        }
        Plan plan = new Strategy(tools.strategy()).plan(tools.fleetReader().read(), OperatorTools.operator());
        return propose ? plans.propose(plan) : plans.compared(plan);
    }
}
