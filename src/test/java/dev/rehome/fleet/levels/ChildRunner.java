package dev.rehome.fleet.levels;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.DatabaseUrl;
import dev.rehome.jdbc.Login;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.Server;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.schema.Homes;
import dev.rehome.testing.Sigkill;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A runner in a process of its own, which ends itself with SIGKILL at the n-th passing of a point. */
public final class ChildRunner {
    static final Duration LEASE = Duration.ofSeconds(1);
    private static final int KILLED = 128 + 9;

    /** Where it ends. */
    enum Point {
        /** It has taken the home, and done nothing. */
        TAKEN,
        /** It has run the changesets, and not committed. */
        INSIDE,
        /** It has committed the home, and not written that down. */
        COMMITTED,
        /** It has written down what became of the home. */
        ENDED
    }

    private ChildRunner() {}

    /** Runs one, and says whether it was killed; what it said otherwise is in the error. */
    static void runUntilKilled(NotesFleet fleet, Point point, int time) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        "-cp",
                        // An empty entry would be the working directory, and the changelogs there twice.
                        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                                .filter(path -> !path.isEmpty())
                                .collect(Collectors.joining(File.pathSeparator)),
                        ChildRunner.class.getName())
                .redirectErrorStream(true)
                .start();
        try (PrintStream task = new PrintStream(child.getOutputStream(), true, UTF_8)) {
            Server server = fleet.servers.get(fleet.control.server());
            task.println(point);
            task.println(time);
            task.println(server.name());
            task.println("postgresql://" + server.url().authority() + "/" + fleet.control.name());
            for (DatabaseRole role : DatabaseRole.values()) {
                task.println(fleet.servers.login(server.name(), role).user());
                task.println(fleet.servers.login(server.name(), role).password());
            }
        }
        String said = new String(child.getInputStream().readAllBytes(), UTF_8);
        int status = child.waitFor();
        if (status != KILLED) {
            throw new AssertionError("The runner ended with status " + status + ": " + said);
        }
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        BufferedReader task = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        Point point = Point.valueOf(task.readLine());
        AtomicInteger passings = new AtomicInteger(Integer.parseInt(task.readLine()));
        String name = task.readLine();
        DatabaseUrl url = DatabaseUrl.parse(task.readLine());
        Map<DatabaseRole, Login> logins = new EnumMap<>(DatabaseRole.class);
        for (DatabaseRole role : DatabaseRole.values()) {
            logins.put(role, new Login(task.readLine(), task.readLine()));
        }
        Servers plain = Servers.of(new Server(name, "test", url, logins));
        Servers watched = plain.openedBy(
                (jdbc, properties) -> watched(DriverManager.getConnection(jdbc, properties), point, passings));
        Database control = new Database(name, url.database());
        Home shared = new Home(Tier.SHARED, control, "shared");
        Homes homes = new Homes(watched, control, "storefront_id").madeBy(NotesFleet.THIRD);
        try (SchemaRuns runs = new SchemaRuns(NotesFleet.connections(plain, control))) {
            new SchemaRunner(
                            new LevelSurvey(
                                    new FleetHomes(NotesFleet.connections(plain, control), Set.of(shared)), homes, 1),
                            homes,
                            runs,
                            RunOptions.DEFAULT.toBuilder()
                                    .parallel(1, 1)
                                    .lease(LEASE)
                                    .build(),
                            "child " + ProcessHandle.current().pid())
                    .migrate(new RunListener() {
                        @Override
                        public void home(Home home) {
                            pass(Point.TAKEN, point, passings);
                        }

                        @Override
                        public void ended(HomeResult result) {
                            pass(Point.ENDED, point, passings);
                        }
                    });
        }
    }

    private static Connection watched(Connection connection, Point point, AtomicInteger passings) {
        AtomicInteger changing = new AtomicInteger();
        return (Connection) Proxy.newProxyInstance(
                ChildRunner.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    Object result = call(connection, method, arguments);
                    if (method.getName().equals("createStatement") && result instanceof Statement statement) {
                        return watched(statement, point, passings, changing);
                    }
                    if (method.getName().equals("commit") && changing.getAndSet(0) > 0) {
                        pass(Point.COMMITTED, point, passings);
                    }
                    return result;
                });
    }

    private static Statement watched(Statement statement, Point point, AtomicInteger passings, AtomicInteger changing) {
        return (Statement) Proxy.newProxyInstance(
                ChildRunner.class.getClassLoader(), new Class<?>[] {Statement.class}, (proxy, method, arguments) -> {
                    Object result = call(statement, method, arguments);
                    if (arguments != null
                            && arguments.length == 1
                            && String.valueOf(arguments[0]).contains("create view long_notes")) {
                        changing.incrementAndGet();
                        pass(Point.INSIDE, point, passings);
                    }
                    return result;
                });
    }

    private static @Nullable Object call(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    private static void pass(Point here, Point point, AtomicInteger passings) {
        if (here == point && passings.decrementAndGet() == 0) {
            Sigkill.thisProcess();
        }
    }
}
