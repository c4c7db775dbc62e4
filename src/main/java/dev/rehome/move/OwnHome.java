package dev.rehome.move;

import dev.rehome.fence.Residency;
import dev.rehome.placement.Home;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** A home that is to be one tenant's alone. Asked before it is dropped: a name may have been mistaken. */
final class OwnHome {
    private OwnHome() {}

    /** The tenant that lives in the home, if it is another one than the one that is moved. */
    static Optional<TenantId> otherTenant(MoveContext context, Home home) throws SQLException {
        context.homes().reopen(home);
        if (!context.homes().exists(home)) {
            return Optional.empty();
        }
        try (Connection connection = context.open(home)) {
            return Residency.otherResident(connection, home.schema(), context.tenant());
        }
    }
}
