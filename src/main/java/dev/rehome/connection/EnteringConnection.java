package dev.rehome.connection;

import dev.rehome.fence.TransactionMode;
import dev.rehome.tenant.TenantId;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
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
    private @Nullable Connection entered;
    private boolean released;

    private EnteringConnection(TenantConnections connections, TenantId tenant, TransactionMode mode) {
        this.connections = connections;
        this.tenant = tenant;
        this.mode = mode;
        this.proxy = Forwarding.to(this, Connection.class);
    }

    static Connection of(TenantConnections connections, TenantId tenant, TransactionMode mode) {
        return new EnteringConnection(connections, tenant, mode).proxy;
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
        return used;
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
            known = connections.acquire(tenant, mode);
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
            return Forwarding.call(entered, method, arguments);
        }
        return switch (name) {
            case "isClosed" -> released;
            case "getAutoCommit" -> false;
            // There is no transaction that these could end, nor anything to warn of.
            case "commit", "rollback", "clearWarnings" -> null;
            case "prepareStatement" ->
                arguments != null && FirstStatement.canBe(method, arguments)
                        ? FirstStatement.prepare(this, arguments)
                        : Forwarding.call(enter(), method, arguments);
            default -> Forwarding.call(enter(), method, arguments);
        };
    }
}
