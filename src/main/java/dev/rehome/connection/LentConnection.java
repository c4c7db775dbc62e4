package dev.rehome.connection;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One lending of a connection: what the borrower holds. Closing it gives the connection back, and what is left of it then
 * does nothing any more, neither this nor its statements. Statements are the driver's own. As thread-safe as a connection.
 */
final class LentConnection implements InvocationHandler {
    private static final String CLOSED = "08003";
    /** Changed by these, a connection is not as the next borrower expects it, and changing it back takes a round trip. */
    private static final Set<String> UNCHANGEABLE = Set.of(
            "setTransactionIsolation",
            "setSchema",
            "setCatalog",
            "setHoldability",
            "setTypeMap",
            "setClientInfo",
            "abort");
    /** So many statements are remembered before those that are closed are forgotten. */
    private static final int STATEMENTS = 32;

    private @Nullable PhysicalConnection physical;
    private List<Statement> statements = new ArrayList<>();
    private int remembered = STATEMENTS;
    private boolean unchangeable;

    private LentConnection(PhysicalConnection physical) {
        this.physical = physical;
    }

    static Connection of(PhysicalConnection physical) {
        return (Connection) Proxy.newProxyInstance(
                LentConnection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                new LentConnection(physical));
    }

    /** Keeps the connection from being lent again. */
    static void markBroken(Connection lent) {
        PhysicalConnection physical = ((LentConnection) Proxy.getInvocationHandler(lent)).physical;
        if (physical != null) {
            physical.markBroken();
        }
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        String name = method.getName();
        switch (name) {
            case "close" -> {
                giveBack();
                return null;
            }
            case "isClosed" -> {
                return physical == null || physical.driver().isClosed();
            }
            case "hashCode" -> {
                return System.identityHashCode(proxy);
            }
            case "equals" -> {
                return arguments != null && proxy == arguments[0];
            }
            case "toString" -> {
                return "lent " + (physical == null ? "and given back" : physical.driver());
            }
            default -> {
                return onDriver(name, method, arguments);
            }
        }
    }

    private @Nullable Object onDriver(String name, Method method, Object @Nullable [] arguments) throws Throwable {
        PhysicalConnection lent = physical;
        if (lent == null) {
            throw new SQLException("The connection has been given back. Take another one.", CLOSED);
        }
        if (name.equals("unwrap") && arguments != null && ((Class<?>) arguments[0]).isInstance(lent.driver())) {
            return lent.driver();
        }
        if (UNCHANGEABLE.contains(name)) {
            unchangeable = true;
        }
        try {
            Object result = method.invoke(lent.driver(), arguments);
            if (result instanceof Statement statement) {
                remember(statement);
            }
            return result;
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof SQLException failure ? lent.noticed(failure) : e.getCause();
        }
    }

    private void remember(Statement statement) throws SQLException {
        if (statements.size() >= remembered) {
            List<Statement> open = new ArrayList<>();
            for (Statement each : statements) {
                if (!each.isClosed()) {
                    open.add(each);
                }
            }
            statements = open;
            remembered = Math.max(STATEMENTS, 2 * open.size());
        }
        statements.add(statement);
    }

    private void giveBack() {
        PhysicalConnection lent = physical;
        if (lent != null) {
            physical = null;
            lent.pool().takeBack(lent, lent.cleaned(statements, unchangeable));
        }
    }
}
