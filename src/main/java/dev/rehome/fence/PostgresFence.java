package dev.rehome.fence;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.TransactionMode.Isolation;
import dev.rehome.jdbc.SqlState;
import dev.rehome.placement.Epoch;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * The fence of homes on PostgreSQL: the function {@code rehome.enter}, which takes the tenant's shared advisory lock and
 * then reads its residency. Lock and settings end with the transaction, so nothing is to be done on leaving.
 */
public final class PostgresFence implements Fence {
    private static final String ENTER = "select rehome.enter(?, ?, ?)";
    private static final Admission.Admitted ADMITTED = new Admission.Admitted(() -> {});

    @Override
    public Admission enter(Connection connection, Placement placement, TransactionMode mode) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql(mode))) {
            statement.setObject(1, placement.tenant().value());
            statement.setLong(2, placement.epoch().value());
            statement.setBoolean(3, mode.readOnly());
            statement.execute();
            return ADMITTED;
        } catch (SQLException e) {
            return refusal(placement.tenant(), e);
        }
    }

    /** The isolation has to be set before the first query of the transaction; both go out in one flush. */
    private static String sql(TransactionMode mode) {
        return mode.isolation() == Isolation.READ_COMMITTED
                ? ENTER
                : "set transaction isolation level " + mode.isolation().sql() + "; " + ENTER;
    }

    private static Admission refusal(TenantId tenant, SQLException e) throws SQLException {
        if (SqlState.MOVED.equals(e.getSQLState())) {
            return new Admission.Elsewhere(forward(tenant, e));
        }
        if (SqlState.isLockTimeout(e) || SqlState.isSerializationFailure(e)) {
            return new Admission.TryAgain();
        }
        if (SqlState.UNKNOWN_TENANT.equals(e.getSQLState())) {
            return new Admission.Unknown();
        }
        if (SqlState.SUSPENDED.equals(e.getSQLState())) {
            return new Admission.Suspended();
        }
        throw e;
    }

    /** Reads what {@code rehome.refuse} wrote: tier, server, database, schema, epoch, one a line. */
    private static Placement forward(TenantId tenant, SQLException e) {
        ServerErrorMessage message = e instanceof PSQLException psql ? psql.getServerErrorMessage() : null;
        String detail = message == null ? null : message.getDetail();
        String[] field = detail == null ? new String[0] : detail.split("\n", -1);
        if (field.length != 5) {
            throw new RehomeException(
                    ErrorKind.INVARIANT,
                    "A home refused tenant " + tenant
                            + " without saying where it lives. Bring the schema rehome of that"
                            + " database up to date; do not let the driver hide error details (logServerErrorDetail).",
                    e);
        }
        return new Placement(
                tenant,
                new Home(Tier.valueOf(field[0]), field[1], field[2], field[3]),
                new Epoch(Long.parseLong(field[4])));
    }
}
