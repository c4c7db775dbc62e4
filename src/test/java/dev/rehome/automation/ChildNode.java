package dev.rehome.automation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rehome.move.Move;
import dev.rehome.move.MovePhase;
import dev.rehome.testing.ClassPath;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** An automation in a process of its own. It prints each phase that a move of its enters, and stands still where it is told to. */
public final class ChildNode implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    private ChildNode(Process process) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    }

    /** @param standStill the phase in which its moves get no further, as if the machine had stopped; empty for none */
    static ChildNode start(Path file, String standStill) throws IOException {
        return java(ChildNode.class.getName(), file.toString(), standStill);
    }

    /** As an operator starts one. */
    static ChildNode serving(Path file) throws IOException {
        return java("dev.rehome.cli.Rehome", "serve", "--config", file.toString());
    }

    private static ChildNode java(String... mainAndArguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx160m",
                "-cp",
                ClassPath.ofThisProcess()));
        command.addAll(List.of(mainAndArguments));
        return new ChildNode(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** Returns when it has printed a line that ends like this. */
    void await(String end) throws IOException {
        StringBuilder said = new StringBuilder();
        for (@Nullable String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.endsWith(end)) {
                return;
            }
            said.append(line).append('\n');
        }
        throw new AssertionError("It ended before it said " + end + ": " + said);
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** SIGTERM; returns the exit status. */
    int stop() throws InterruptedException {
        process.destroy();
        return process.waitFor();
    }

    @Override
    public void close() throws IOException {
        kill();
        output.close();
    }

    /** @param arguments the strategy file, and the phase to stand still in */
    public static void main(String[] arguments) throws InterruptedException {
        String standStill = arguments.length > 1 ? arguments[1] : "";
        try (Automation automation = Automation.start(Path.of(arguments[0]), new AutomationListener() {
            @Override
            public void moveEntered(Move move, MovePhase phase) {
                System.out.println(phase + " " + move.tenant());
                System.out.flush();
                if (phase.name().equals(standStill)) {
                    standStill();
                }
            }
        })) {
            System.out.println(automation.node() + " begun");
            System.out.flush();
            new CountDownLatch(1).await();
        }
    }

    private static void standStill() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
