package dev.rehome.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.Login;
import dev.rehome.placement.Server;
import dev.rehome.placement.Servers;
import dev.rehome.testing.PostgresServer;
import dev.rehome.testing.StrategyText;
import dev.rehome.testing.TestFleet;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Somebody at the command line, with a strategy file for a test's fleet. */
final class Operator {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final Path folder;
    private final Server server;
    private final Servers servers;
    private final Path strategy;

    Operator(TestFleet fleet, Path folder) throws IOException {
        this.folder = folder;
        this.servers = fleet.servers();
        this.server = servers.get(PostgresServer.NAME);
        this.strategy = strategy("strategy.yaml", server.url().authority(), DatabaseRole.values());
    }

    /** A strategy file like the usual one, but for the address and the roles that have logins. */
    Path strategy(String name, String address, DatabaseRole... roles) throws IOException {
        return text().at(address).with(roles).write(folder.resolve(name));
    }

    /** The usual one, to be altered. */
    StrategyText text() {
        return StrategyText.of(servers)
                .migration("batch_size", "1000")
                .migration("fenced_pass_rows", "100")
                .migration("max_concurrent_moves", "2")
                .migration("cutover", "{ max_pause: 2s, lock_timeout: 100ms, deadline: 1m }")
                .migration("throttle", "{ write_latency: 1m, replication_lag: 1m, connections: 99 }");
    }

    Path folder() {
        return folder;
    }

    /** The strategy file of whatever is typed. */
    Path strategy() {
        return strategy;
    }

    /** What a command printed, and its exit status. */
    record Answer(int status, String out, String err) {
        /** The one JSON value on the standard output. */
        JsonNode json() {
            try {
                return JSON.readTree(out);
            } catch (JsonProcessingException e) {
                throw new AssertionError("not JSON: " + out, e);
            }
        }
    }

    Answer types(String... words) {
        return typesWith(strategy, words);
    }

    Answer typesWith(Path config, String... words) {
        return types(new StringWriter(), new StringWriter(), config, words);
    }

    private Answer types(StringWriter out, StringWriter err, Path config, String... words) {
        int status = Rehome.run(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                Stream.concat(Arrays.stream(words), Stream.of("--config", config.toString()))
                        .toArray(String[]::new));
        Answer answer = new Answer(status, out.toString(), err.toString());
        for (Login login : server.logins().values()) {
            assertFalse((out + " " + err).contains(String.valueOf(login.password())), "a password was printed");
        }
        return answer;
    }

    /** A terminal of its own, which the operator can interrupt. */
    final class Terminal {
        private final CompletableFuture<Answer> answer = new CompletableFuture<>();
        private final StringWriter err = new StringWriter();
        private final Thread thread;

        private Terminal(Path config, String... words) {
            thread = new Thread(
                    () -> {
                        try {
                            answer.complete(types(new StringWriter(), err, config, words));
                        } catch (RuntimeException | AssertionError e) {
                            answer.completeExceptionally(e);
                        }
                    },
                    "terminal");
            thread.start();
        }

        void interrupt() {
            thread.interrupt();
        }

        /** What it has printed as progress and remarks until now. */
        String said() {
            return err.toString();
        }

        Answer answer() {
            return answer.orTimeout(120, TimeUnit.SECONDS).join();
        }
    }

    Terminal typesElsewhere(String... words) {
        return new Terminal(strategy, words);
    }

    Terminal typesElsewhereWith(Path config, String... words) {
        return new Terminal(config, words);
    }
}
