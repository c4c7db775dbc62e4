package dev.rehome.automation;

import dev.rehome.move.Move;
import dev.rehome.move.MovePhase;
import dev.rehome.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;

/** What an automation has told of, for a test to wait for. */
final class Watched implements AutomationListener {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration INTERVAL = Duration.ofMillis(20);

    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    @Override
    public void dutyFailed(String duty, String failure) {
        events.add(duty + " FAILED: " + failure);
    }

    @Override
    public void moveEntered(Move move, MovePhase phase) {
        events.add(phase + " " + move.tenant());
    }

    @Override
    public void strategyReloaded() {
        events.add("reloaded");
    }

    @Override
    public void strategyRefused(String problem) {
        events.add("refused: " + problem);
    }

    List<String> events() {
        return List.copyOf(events);
    }

    /** Those of duties that did not go well. */
    List<String> failures() {
        return events.stream().filter(event -> event.contains("FAILED")).toList();
    }

    void await(String beginning) throws InterruptedException {
        await(beginning, () -> events.stream().anyMatch(event -> event.startsWith(beginning)));
    }

    void await(String what, BooleanSupplier condition) throws InterruptedException {
        Deadline deadline = Deadline.in(PATIENCE);
        while (!condition.getAsBoolean()) {
            if (deadline.passed()) {
                throw new AssertionError("waited in vain for: " + what + "; there was " + events);
            }
            deadline.sleep(INTERVAL);
        }
    }
}
