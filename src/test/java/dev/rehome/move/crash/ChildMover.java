package dev.rehome.move.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.DatabaseUrl;
import dev.rehome.jdbc.Login;
import dev.rehome.move.Move;
import dev.rehome.move.MoveId;
import dev.rehome.move.MoveListener;
import dev.rehome.move.MovePhase;
import dev.rehome.move.SoakDecision.Verdict;
import dev.rehome.move.crash.CrashPoint.End;
import dev.rehome.placement.Database;
import dev.rehome.placement.Server;
import dev.rehome.placement.Servers;
import dev.rehome.testing.ClassPath;
import dev.rehome.testing.Sigkill;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A mover in a process of its own, which ends itself with SIGKILL at the point. What it is to do it reads from its input. */
public final class ChildMover {
    private static final int KILLED = 128 + 9;
    private static final int SOAKED_ROUNDS = 2;

    /** How such a process has ended. */
    record Ended(int status, String said) {
        boolean killed() {
            return status == KILLED;
        }

        String lastLine() {
            return said.substring(said.lastIndexOf('\n') + 1);
        }
    }

    private ChildMover() {}

    /** Runs one, and waits for its end. The move has been planned. */
    static Ended run(Servers servers, Database control, MoveId move, CrashPoint point)
            throws IOException, InterruptedException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xshare:auto",
                        "-Xmx128m",
                        "-cp",
                        ClassPath.ofThisProcess(),
                        ChildMover.class.getName())
                .redirectErrorStream(true)
                .start();
        try (PrintStream task = new PrintStream(child.getOutputStream(), true, UTF_8)) {
            task.println(point);
            task.println(move.value());
            task.println(control.server());
            task.println(control.name());
            for (Server server : servers.all()) {
                task.println(server.name());
                task.println(server.region());
                task.println("postgresql://" + server.url().authority() + "/"
                        + server.url().database());
                for (DatabaseRole role : DatabaseRole.values()) {
                    task.println(servers.login(server.name(), role).user());
                    task.println(servers.login(server.name(), role).password());
                }
            }
        }
        String said = new String(child.getInputStream().readAllBytes(), UTF_8);
        return new Ended(child.waitFor(), said.strip());
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        BufferedReader task = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        CrashPoint point = CrashPoint.parse(task.readLine());
        MoveId move = new MoveId(UUID.fromString(task.readLine()));
        Database control = new Database(task.readLine(), task.readLine());
        List<Server> servers = new ArrayList<>();
        for (@Nullable String name = task.readLine(); name != null; name = task.readLine()) {
            String region = task.readLine();
            DatabaseUrl url = DatabaseUrl.parse(task.readLine());
            Map<DatabaseRole, Login> logins = new EnumMap<>(DatabaseRole.class);
            for (DatabaseRole role : DatabaseRole.values()) {
                logins.put(role, new Login(task.readLine(), task.readLine()));
            }
            servers.add(new Server(name, region, url, logins));
        }
        MoverStatements statements =
                new MoverStatements(Fault.SIGKILL, point.site(), point.column().end() != End.ROLLED_BACK);
        statements.onKill(() -> killMyself(statements));
        AtomicInteger asked = new AtomicInteger();
        Verdict verdict = point.column().end() == End.ROLLED_BACK ? Verdict.ROLL_BACK : Verdict.RETIRE;
        CrashScene.mover(
                        new Servers(servers).openedBy(statements),
                        control,
                        CrashScene.options(point.column().manner(), Duration.ZERO))
                .run(
                        move,
                        new MoveListener() {
                            @Override
                            public void entered(Move entered, MovePhase next) {
                                if (next == MovePhase.ROLL_BACK) {
                                    statements.startCounting();
                                }
                            }
                        },
                        soaked -> asked.incrementAndGet() > SOAKED_ROUNDS ? verdict : Verdict.GO_ON,
                        true);
    }

    /** Does not return. */
    private static void killMyself(MoverStatements statements) {
        System.out.println(statements.struck());
        System.out.flush();
        Sigkill.thisProcess();
    }
}
