package dev.rehome.apps;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.time.Deadline;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * An {@link ApplicationNode} in a JVM of its own, and what can be done to it: ask, stop, go on, kill. It never outlives this
 * JVM. One thread may ask at a time.
 */
final class NodeProcess implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final String name;
    private final Process process;
    private final Thread undertaker;
    private final Writer commands;
    private final Path errors;
    private final BlockingQueue<CompletableFuture<String>> unanswered = new LinkedBlockingQueue<>();
    private final CompletableFuture<String> ready = new CompletableFuture<>();
    private final CompletableFuture<String> heard = new CompletableFuture<>();

    private NodeProcess(String name, Process process, Path errors, Ledger ledger) {
        this.name = name;
        this.process = process;
        this.errors = errors;
        this.undertaker = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(undertaker);
        this.commands = process.outputWriter(StandardCharsets.UTF_8);
        unanswered.add(ready);
        Thread reader = new Thread(() -> listen(ledger), "listener to " + name);
        reader.setDaemon(true);
        reader.start();
    }

    static NodeProcess start(ApplicationNode.Settings settings, Ledger ledger) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx96m",
                "-Xss512k",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path")));
        String logging = System.getProperty("java.util.logging.config.file");
        if (logging != null) {
            command.add("-Djava.util.logging.config.file=" + logging);
        }
        command.add(ApplicationNode.class.getName());
        command.addAll(settings.arguments());
        Path errors = Files.createTempFile("rehome-" + settings.name(), ".log");
        return new NodeProcess(
                settings.name(),
                new ProcessBuilder(command).redirectError(errors.toFile()).start(),
                errors,
                ledger);
    }

    /** Returns when it has started. */
    NodeProcess awaitReady() {
        answer("start", ready);
        return this;
    }

    String name() {
        return name;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Has it do something, and returns its answer: the home that its lane was in. */
    String ask(Object... words) {
        return answer(List.of(words).toString(), send(words));
    }

    /** Has it do something that has to fail, and returns the SQLSTATE, or the name of the exception's class. */
    String refused(Object... words) {
        String reply = reply(List.of(words).toString(), send(words));
        assertTrue(reply.startsWith(Events.FAILED + " "), name + " did not fail in " + List.of(words) + ": " + reply);
        return reply.split(" ", 3)[1];
    }

    /** Has it do something without waiting for it. */
    CompletableFuture<String> send(Object... words) {
        CompletableFuture<String> reply = new CompletableFuture<>();
        synchronized (commands) {
            unanswered.add(reply);
            try {
                commands.write(String.join(
                                ApplicationNode.SEPARATOR,
                                Stream.of(words).map(String::valueOf).toList())
                        + "\n");
                commands.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(describe("cannot be asked"), e);
            }
        }
        return reply;
    }

    /** Waits for what was sent, which must not fail. */
    String answer(String command, CompletableFuture<String> sent) {
        String reply = reply(command, sent);
        assertTrue(
                reply.equals(Events.OK) || reply.startsWith(Events.OK + " "),
                () -> name + " failed in " + command + ": " + reply);
        return reply.substring(Events.OK.length()).strip();
    }

    /** SIGSTOP. Returns when all its threads stand still. */
    void stop() throws IOException, InterruptedException {
        signal("STOP");
        Deadline patience = Deadline.in(Duration.ofSeconds(PATIENCE_SECONDS));
        while (!states().stream().allMatch("T"::equals)) {
            assertFalse(patience.passed(), () -> name + " cannot be stopped");
        }
    }

    /** SIGCONT. */
    void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    /** SIGKILL: it has no chance to say good-bye. Returns when it is gone and everything it had said is heard. */
    void kill() {
        destroy();
        process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        heard.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    /** SIGKILL, without waiting for its effect. */
    void destroy() {
        process.destroyForcibly();
    }

    private void signal(String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + signal, "" + process.pid()).start();
        if (kill.waitFor() != 0) {
            throw new IllegalStateException("SIG" + signal + " could not be sent to " + name);
        }
    }

    /** One letter for each thread, where the system tells them apart, else one for the process. */
    private List<String> states() throws IOException, InterruptedException {
        Path threads = Path.of("/proc", "" + process.pid(), "task");
        if (Files.isDirectory(threads)) {
            List<String> states = new ArrayList<>();
            try (Stream<Path> all = Files.list(threads)) {
                for (Path thread : all.toList()) {
                    states.add(state(thread));
                }
            }
            return states;
        }
        Process ps = new ProcessBuilder("ps", "-o", "state=", "-p", "" + process.pid()).start();
        try (BufferedReader lines = ps.inputReader(StandardCharsets.UTF_8)) {
            return List.of(String.valueOf(lines.readLine()).substring(0, 1));
        } finally {
            ps.waitFor();
        }
    }

    private static String state(Path thread) throws IOException {
        try {
            String stat = Files.readString(thread.resolve("stat"), StandardCharsets.UTF_8);
            return stat.substring(stat.lastIndexOf(')') + 2).substring(0, 1);
        } catch (NoSuchFileException endedMeanwhile) {
            return "gone";
        }
    }

    private String reply(String command, CompletableFuture<String> sent) {
        try {
            return sent.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(describe("does not answer " + command), e);
        }
    }

    private void listen(Ledger ledger) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!ledger.record(line)) {
                    unanswered.remove().complete(line);
                }
            }
        } catch (IOException e) {
            // The process was killed in the middle of a line; whoever waits for an answer is told below.
        }
        unanswered.forEach(sent -> sent.completeExceptionally(new IOException(name + " has ended")));
        heard.complete(name);
    }

    private String describe(String what) {
        try {
            return name + " " + what + ". It wrote: " + Files.readString(errors);
        } catch (IOException e) {
            return name + " " + what + ".";
        }
    }

    @Override
    public void close() throws IOException {
        kill();
        Runtime.getRuntime().removeShutdownHook(undertaker);
        File log = errors.toFile();
        if (!log.delete()) {
            log.deleteOnExit();
        }
    }
}
