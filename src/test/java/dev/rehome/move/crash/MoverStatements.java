package dev.rehome.move.crash;

import dev.rehome.move.crash.CrashPoint.Site;
import dev.rehome.placement.Servers;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;
import org.postgresql.core.BaseConnection;

/**
 * The connections of one mover, which numbers what it asks of them over all its threads: statements, batches, commits,
 * roll-backs, the beginning of each COPY, questions about the catalog, and the opening of a connection. One of them goes wrong.
 * What depends on a timer is not numbered: renewals of the lease, and the throttle's questions. Thread-safe.
 */
final class MoverStatements implements Servers.Opener {
    private static final Set<String> BESIDE_STATEMENTS = Set.of("commit", "rollback", "setSchema", "getSchema");
    private static final Set<String> UNNUMBERED_APPLICATIONS = Set.of("rehome throttle");
    private static final String UNNUMBERED_THREAD = "rehome-lease";
    private static final String CONNECTION_FAILURE = "08006";

    private final Fault fault;
    private final Site site;
    private final AtomicInteger count = new AtomicInteger();
    /** By their first words, in the order of their first appearance. */
    private final Map<String, Integer> seen = new LinkedHashMap<>();

    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private volatile boolean counting;
    private volatile boolean dead;
    private volatile @Nullable String struck;
    private volatile Runnable onKill = () -> {};
    private volatile Watch watch = sql -> {};

    /** @param site which statement goes wrong */
    MoverStatements(Fault fault, Site site, boolean counting) {
        this.fault = fault;
        this.site = site;
        this.counting = counting;
    }

    /** Sees each statement before the server does. May wait, or do harm. */
    @FunctionalInterface
    interface Watch {
        void before(String sql);
    }

    /** Nothing goes wrong, unless the watch sees to it. */
    static MoverStatements watched(Watch watch) {
        MoverStatements statements = new MoverStatements(Fault.FAILS, Site.NOWHERE, true);
        statements.watch = watch;
        return statements;
    }

    /** From here on they are numbered. */
    void startCounting() {
        counting = true;
    }

    /** From here on nothing goes wrong any more. */
    void stopCounting() {
        counting = false;
    }

    /** Kills in this way instead of letting the mover see errors. */
    void onKill(Runnable kill) {
        onKill = kill;
    }

    int count() {
        return count.get();
    }

    /** How often each statement was seen, by its first words, in the order in which they first came. */
    Map<String, Integer> seen() {
        synchronized (seen) {
            return new LinkedHashMap<>(seen);
        }
    }

    /** The number and the first words of the statement that went wrong, without any value; null if the mover ended before it. */
    @Nullable
    String struck() {
        return struck;
    }

    private interface Action {
        @Nullable
        Object run() throws SQLException;
    }

    @Override
    public Connection open(String jdbcUrl, Properties properties) throws SQLException {
        String application = properties.getProperty("ApplicationName", "");
        boolean numbered = UNNUMBERED_APPLICATIONS.stream().noneMatch(application::startsWith);
        requireAlive();
        Fault strike = numbered ? number("connect as " + words(application)) : null;
        if (strike == Fault.FAILS) {
            throw new SQLException("sorry, too many clients already", "53300");
        }
        if (strike == Fault.KILLED || strike == Fault.SIGKILL) {
            throw kill();
        }
        if (strike == Fault.CUT || strike == Fault.RETRIED) {
            throw new SQLException("the connection was lost", CONNECTION_FAILURE);
        }
        Connection physical = DriverManager.getConnection(jdbcUrl, properties);
        if (strike == Fault.UNANSWERED) {
            physical.abort(Runnable::run);
            throw new SQLException("the connection was lost", CONNECTION_FAILURE);
        }
        open.add(physical);
        if (dead) {
            throw kill();
        }
        return proxy(Connection.class, new OnConnection(physical, numbered));
    }

    /** What is to happen to this statement; null if nothing is. */
    private @Nullable Fault number(String sql) {
        if (!Thread.currentThread().getName().equals(UNNUMBERED_THREAD)) {
            watch.before(sql);
        }
        if (!counting || Thread.currentThread().getName().equals(UNNUMBERED_THREAD)) {
            return null;
        }
        String words = words(sql);
        int number = count.incrementAndGet();
        int ofWords;
        synchronized (seen) {
            ofWords = seen.merge(words, 1, Integer::sum);
        }
        if ((site.words().isEmpty() ? number : site.words().equals(words) ? ofWords : 0) != site.number()) {
            return null;
        }
        struck = number + ": " + words;
        return fault;
    }

    private void requireAlive() {
        if (dead) {
            throw new Killed();
        }
    }

    private Killed kill() throws SQLException {
        onKill.run();
        dead = true;
        for (Connection connection : open) {
            connection.abort(Runnable::run);
        }
        return new Killed();
    }

    private @Nullable Object strike(Connection physical, String sql, Action action) throws SQLException {
        requireAlive();
        Fault strike = number(sql);
        if (strike == null) {
            return action.run();
        }
        switch (strike) {
            case FAILS -> fail(physical, sql);
            case CUT, RETRIED -> physical.abort(Runnable::run);
            case UNANSWERED -> {
                try {
                    action.run();
                } finally {
                    physical.abort(Runnable::run);
                }
            }
            case KILLED, SIGKILL -> throw kill();
        }
        throw new SQLException("the connection was lost", CONNECTION_FAILURE);
    }

    /** The server itself says no, so that it is in the state in which it is after an error. */
    private static void fail(Connection physical, String sql) throws SQLException {
        if (sql.equals("commit") || sql.equals("rollback")) {
            physical.rollback();
            throw new SQLException("the commit was refused, as a deferred constraint may do", "23503");
        }
        try (Statement statement = physical.createStatement()) {
            statement.execute("select 1/0");
        }
    }

    /** Never a value: those are bound, or behind a quote. What a transaction begins with tells little. */
    private static String words(String sql) {
        String plain = sql.replaceAll("'[^']*'", "'…'")
                .replaceAll(
                        "set transaction isolation level ([a-z ]+); (set transaction [^;]*; )?select set_config[^;]*",
                        "$1")
                .replaceAll("rehome_template_[0-9a-f_]+", "rehome_template_…")
                .replaceAll("[0-9a-f]{8}([-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}(/[0-9]+)?", "…")
                .replaceAll("[\\s/\"]+", " ")
                .strip();
        return plain.length() > 90 ? plain.substring(0, 90) : plain;
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static @Nullable Object invoke(Object on, Method method, Object @Nullable [] arguments)
            throws SQLException {
        try {
            return method.invoke(on, arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof SQLException failure) {
                throw failure;
            }
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private final class OnConnection implements InvocationHandler {
        private final Connection physical;
        private final boolean numbered;

        OnConnection(Connection physical, boolean numbered) {
            this.physical = physical;
            this.numbered = numbered;
        }

        @Override
        public @Nullable Object invoke(Object self, Method method, Object @Nullable [] arguments) throws SQLException {
            String name = method.getName();
            if (method.getDeclaringClass() == Object.class) {
                return name.equals("equals") && arguments != null
                        ? Boolean.valueOf(self == arguments[0])
                        : MoverStatements.invoke(physical, method, arguments);
            }
            requireAlive();
            if (name.equals("close")) {
                open.remove(physical);
            }
            if (name.equals("unwrap") && arguments != null && arguments[0] == PGConnection.class) {
                return proxy(PGConnection.class, new OnPGConnection(this));
            }
            if (BESIDE_STATEMENTS.contains(name)) {
                return act(name.toLowerCase(Locale.ROOT), () -> MoverStatements.invoke(physical, method, arguments));
            }
            Object result = MoverStatements.invoke(physical, method, arguments);
            if (result instanceof Statement statement) {
                String sql =
                        arguments != null && arguments.length > 0 && arguments[0] instanceof String text ? text : "";
                return proxy(statementType(method), new OnStatement(this, (Connection) self, statement, sql));
            }
            return result instanceof DatabaseMetaData metaData
                    ? proxy(DatabaseMetaData.class, new OnMetaData(this, (Connection) self, metaData))
                    : result;
        }

        @SuppressWarnings("unchecked")
        private static Class<Statement> statementType(Method method) {
            return (Class<Statement>) method.getReturnType();
        }

        @Nullable
        Object act(String sql, Action action) throws SQLException {
            if (!numbered) {
                requireAlive();
                return action.run();
            }
            return strike(physical, sql, action);
        }
    }

    private record OnStatement(OnConnection connection, Connection self, Statement physical, String sql)
            implements InvocationHandler {
        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws SQLException {
            String name = method.getName();
            if (name.startsWith("execute")) {
                String text =
                        arguments != null && arguments.length > 0 && arguments[0] instanceof String given ? given : sql;
                return connection.act(text, () -> MoverStatements.invoke(physical, method, arguments));
            }
            return name.equals("getConnection") ? self : MoverStatements.invoke(physical, method, arguments);
        }
    }

    private record OnMetaData(OnConnection connection, Connection self, DatabaseMetaData physical)
            implements InvocationHandler {
        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws SQLException {
            if (method.getReturnType() == ResultSet.class) {
                return connection.act(
                        "catalog: " + method.getName(), () -> MoverStatements.invoke(physical, method, arguments));
            }
            return method.getName().equals("getConnection")
                    ? self
                    : MoverStatements.invoke(physical, method, arguments);
        }
    }

    private record OnPGConnection(OnConnection connection) implements InvocationHandler {
        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws SQLException {
            if (method.getName().equals("getCopyAPI")) {
                return new Copies(connection);
            }
            return MoverStatements.invoke(connection.physical.unwrap(PGConnection.class), method, arguments);
        }
    }

    private static final class Copies extends CopyManager {
        private final OnConnection connection;

        Copies(OnConnection connection) throws SQLException {
            super(connection.physical.unwrap(BaseConnection.class));
            this.connection = connection;
        }

        @Override
        public CopyIn copyIn(String sql) throws SQLException {
            return CopyIn.class.cast(Objects.requireNonNull(connection.act(sql, () -> super.copyIn(sql))));
        }

        @Override
        public CopyOut copyOut(String sql) throws SQLException {
            return CopyOut.class.cast(Objects.requireNonNull(connection.act(sql, () -> super.copyOut(sql))));
        }
    }
}
