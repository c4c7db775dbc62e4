package dev.rehome.automation;

import dev.rehome.config.StrategyRules.Auto;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.strategy.LineStarter;
import dev.rehome.strategy.Plan;
import dev.rehome.strategy.PlanLine;
import dev.rehome.strategy.PlanLine.State;
import dev.rehome.strategy.Strategy;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * Makes a plan, and approves what has been wished long enough if that is wanted. Made twice, the second plan takes the lines of the
 * first over.
 */
final class PlanRound implements Duty {
    static final String NAME = "plan";
    /** Who decides, where nobody does. */
    static final String WHO = "automation";

    private final AutomationListener listener;

    PlanRound(AutomationListener listener) {
        this.listener = listener;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Duration interval(NodeTools tools) {
        return tools.config().rules().auto() == Auto.OFF
                ? Duration.ZERO
                : tools.config().rules().round();
    }

    @Override
    public String run(NodeTools tools, Watch watch) {
        new LineStarter(tools.plans(), tools.journal(), tools.directory()).settle();
        Plan made = new Strategy(tools.config()).plan(tools.fleetReader().read(), WHO);
        if (!watch.isHeld()) {
            throw new RehomeException(ErrorKind.STALE, "Another process plans already.");
        }
        Plan plan = tools.plans().propose(made);
        long approved = tools.config().rules().auto() == Auto.ON ? approve(tools, plan) : 0;
        listener.planned(plan);
        return String.format(
                Locale.ROOT,
                "%,d tenants: %,d moves wished, %,d left where they are though something speaks for a move%s",
                plan.tenants(),
                plan.lines().size(),
                plan.left().size(),
                approved == 0 ? "" : String.format(Locale.ROOT, "; %,d approved", approved));
    }

    private static long approve(NodeTools tools, Plan plan) {
        Instant settled = tools.clock().instant().minus(tools.config().rules().settle());
        return plan.lines().stream()
                .filter(line ->
                        line.state() == State.PROPOSED && !line.wishedSince().isAfter(settled))
                .filter(line -> approve(tools, line))
                .count();
    }

    private static boolean approve(NodeTools tools, PlanLine line) {
        try {
            tools.plans().approve(line.id(), WHO);
            return true;
        } catch (RehomeException e) {
            if (e.kind() != ErrorKind.USER) {
                throw e;
            }
            return false; // somebody has decided otherwise meanwhile
        }
    }
}
