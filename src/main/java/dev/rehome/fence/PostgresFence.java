package dev.rehome.fence;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.TransactionMode.Isolation;
import dev.rehome.jdbc.SqlState;
import dev.rehome.placement.Epoch;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * The fence of homes on PostgreSQL: the function {@code rehome.enter}, which takes the tenant's shared advisory lock and
 * then reads its residency. Lock and settings end with the transaction, so nothing is to be done on leaving.
 */
public final class PostgresFence implements Fence {
    private static final String ENTER = "select rehome.enter(?, ?, ?)";
    /** Behind a pooler a connection begins anywhere. Elsewhere its path never changes: that costs it its prepared statements. */
    private static final String ENTER_AND_SET_PATH = ENTER + ", set_config('search_path', ?, true)";

    private final Servers servers;

    /** @param servers says where a pooler stands between applications and the homes */
    public PostgresFence(Servers servers) {
        this.servers = servers;
    }

    private record Entry(Placement placement, TransactionMode mode, boolean setsPath) implements Preamble {
        @Override
        public String sql() {
            return statement() + "; ";
        }

        /** The isolation has to be set before the first query of the transaction; both go out in one flush. */
        String statement() {
            String enter = setsPath ? ENTER_AND_SET_PATH : ENTER;
            return mode.isolation() == Isolation.READ_COMMITTED
                    ? enter
                    : "set transaction isolation level " + mode.isolation().sql() + "; " + enter;
        }

        @Override
        public int parameters() {
            return setsPath ? 4 : 3;
        }

        @Override
        public int results() {
            return mode.isolation() == Isolation.READ_COMMITTED ? 1 : 2;
        }

        @Override
        public void bind(PreparedStatement statement) throws SQLException {
            statement.setObject(1, placement.tenant().value());
            statement.setLong(2, placement.epoch().value());
            statement.setBoolean(3, mode.readOnly());
            if (setsPath) {
                statement.setString(4, placement.home().searchPath());
            }
        }

        /** A lock timeout and a serialization failure may be the statement's own. */
        @Override
        public Optional<Admission> refusal(SQLException failure) {
            return answer(placement.tenant(), failure);
        }
    }

    @Override
    public Optional<Preamble> preamble(Placement placement, TransactionMode mode) {
        return Optional.of(entry(placement, mode));
    }

    @Override
    public Admission enter(Connection connection, Placement placement, TransactionMode mode) throws SQLException {
        Entry entry = entry(placement, mode);
        try (PreparedStatement statement = connection.prepareStatement(entry.statement())) {
            entry.bind(statement);
            statement.execute();
            return Admission.Admitted.UNTIL_COMMIT;
        } catch (SQLException e) {
            return refusal(placement.tenant(), e);
        }
    }

    private Entry entry(Placement placement, TransactionMode mode) {
        return new Entry(
                placement, mode, servers.pooler(placement.home().database()).isPresent());
    }

    private static Admission refusal(TenantId tenant, SQLException e) throws SQLException {
        if (SqlState.isLockTimeout(e) || SqlState.isSerializationFailure(e)) {
            return new Admission.TryAgain();
        }
        return answer(tenant, e).orElseThrow(() -> e);
    }

    /** What only {@code rehome.enter} says. */
    private static Optional<Admission> answer(TenantId tenant, SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        return switch (state) {
            case SqlState.MOVED -> Optional.of(new Admission.Elsewhere(forward(tenant, e)));
            case SqlState.UNKNOWN_TENANT -> Optional.of(new Admission.Unknown());
            case SqlState.SUSPENDED -> Optional.of(new Admission.Suspended());
            default -> Optional.empty();
        };
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
