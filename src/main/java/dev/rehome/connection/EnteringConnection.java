package dev.rehome.connection;

import dev.rehome.fence.TransactionMode;
import dev.rehome.jdbc.Forwarding;
import dev.rehome.tenant.TenantId;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connection that enters its tenant's home with its first statement: in the same flush if that is a prepared one, and
 * before anything else otherwise. Until then it is in no transaction and holds nothing of the database. Used by one thread.
 */
final class EnteringConnection implements InvocationHandler {
    private final TenantConnections connections;
    private final TenantId tenant;
    private final TransactionMode mode;
    private final Connection proxy;
    private final @Nullable Tally tally;
    private @Nullable Connection entered;
    private boolean released;

    private EnteringConnection(TenantConnections connections, TenantId tenant, TransactionMode mode) {
        this.connections = connections;
        this.tenant = tenant;
        this.mode = mode;
        this.tally = connections.tally(tenant);
        this.proxy = Forwarding.to(this, Connection.class);
    }

    static Connection of(TenantConnections connections, TenantId tenant, TransactionMode mode) {
        return new EnteringConnection(connections, tenant, mode).proxy;
    }

    /** One that has entered, by itself. */
    static Connection entered(TenantConnections connections, TenantId tenant, TransactionMode mode) {
        EnteringConnection entering = new EnteringConnection(connections, tenant, mode);
        entering.entered = connections.acquire(tenant, mode, Entrance.ALONE);
        return entering.proxy;
    }

    /** Null for another kind of connection. */
    static @Nullable EnteringConnection behind(Connection connection) {
        return Proxy.isProxyClass(connection.getClass())
                        && Proxy.getInvocationHandler(connection) instanceof EnteringConnection entering
                ? entering
                : null;
    }

    /** Ends it. Gives the connection that has entered, if there is one, to be taken back. */
    @Nullable
    Connection release() {
        Connection used = entered;
        entered = null;
        released = true;
        if (used != null && tally != null) {
            tally.ended();
        }
        return used;
    }

    /** What counts its statements; null if nothing does. */
    @Nullable
    Tally tally() {
        return tally;
    }

    /** The statement, with its runs counted if anything counts them. */
    PreparedStatement metered(PreparedStatement statement, String sql) {
        return tally == null
                ? statement
                : (PreparedStatement) Objects.requireNonNull(MeteredStatement.of(statement, proxy, tally, sql));
    }

    boolean hasEntered() {
        return entered != null;
    }

    /** Proxy for the user. */
    Connection proxy() {
        return proxy;
    }

    /** Enters by itself, unless it has entered. */
    Connection enter() throws SQLException {
        Connection known = entered;
        if (known == null) {
            requireUnreleased();
            known = connections.acquire(tenant, mode, Entrance.ALONE);
            entered = known;
        }
        return known;
    }

    /** Enters with the statement, which may run it at the same time. */
    Connection enter(FirstStatement statement) throws SQLException {
        requireUnreleased();
        Connection used = connections.acquire(tenant, mode, statement);
        entered = used;
        return used;
    }

    private void requireUnreleased() throws SQLException {
        if (released) {
            throw new SQLException("This connection has been given back.", "08003");
        }
    }

    @Override
    public @Nullable Object invoke(Object self, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        String name = method.getName();
        if (method.getDeclaringClass() == Object.class) {
            return Forwarding.ofObject(self, name, arguments, "connection of tenant " + tenant);
        }
        if (name.equals("close")) {
            connections.release(proxy);
            return null;
        }
        if (entered != null) {
            return call(entered, method, arguments);
        }
        return switch (name) {
            case "isClosed" -> released;
            case "getAutoCommit" -> false;
            // There is no transaction that these could end, nor anything to warn of.
            case "commit", "rollback", "clearWarnings" -> null;
            case "prepareStatement" ->
                arguments != null && FirstStatement.canBe(method, arguments)
                        ? FirstStatement.prepare(this, arguments)
                        : call(enter(), method, arguments);
            default -> call(enter(), method, arguments);
        };
    }

    private @Nullable Object call(Connection used, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        Object result = Forwarding.call(used, method, arguments);
        String sql = arguments != null && arguments.length > 0 && arguments[0] instanceof String text ? text : "";
        return tally == null ? result : MeteredStatement.of(result, proxy, tally, sql);
    }
}
