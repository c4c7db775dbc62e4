package dev.rehome.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class JdbcTenantHostsTest {
    private static final HostName FREE = new HostName("aaa.example");
    private static final HostName WANTED = new HostName("shop.example");

    @Test
    void whoWantsAHostThatAnotherTenantIsBeingGivenGetsNothingAndIsToldWhoseItIs() throws Exception {
        try (TestFleet fleet = TestFleet.onPostgres()) {
            TenantId quicker = fleet.createTenant(Tier.SHARED);
            TenantId slower = fleet.createTenant(Tier.SHARED);
            JdbcTenantHosts hosts = new JdbcTenantHosts(() -> open(fleet));
            CompletableFuture<Void> later;
            try (Connection connection = open(fleet);
                    PreparedStatement insert = connection.prepareStatement(
                            "insert into rehome_directory.tenant_host (host, tenant_id) values (?, ?)")) {
                connection.setAutoCommit(false);
                insert.setString(1, WANTED.value());
                insert.setObject(2, quicker.value());
                insert.executeUpdate();
                later = CompletableFuture.runAsync(() -> hosts.assign(slower, List.of(WANTED, FREE), "a test"));
                while (fleet.count(
                                fleet.sharedHome(),
                                "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                                        + " and query like '%tenant_host%'")
                        == 0) {
                    assertFalse(later.isDone(), "nobody waits");
                }
                connection.commit();
            }

            RehomeException refused = assertInstanceOf(
                    RehomeException.class,
                    assertThrows(CompletionException.class, later::join).getCause());
            assertEquals(ErrorKind.USER, refused.kind());
            assertEquals(
                    "Host " + WANTED + " is tenant " + quicker + "'s, so nothing was assigned. Release it there first.",
                    refused.getMessage());
            assertEquals(Optional.of(quicker), hosts.find(WANTED.value()));
            assertEquals(Optional.empty(), hosts.find(FREE.value()));
        }
    }

    private static Connection open(TestFleet fleet) throws SQLException {
        return fleet.servers().open(fleet.control(), JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "test hosts");
    }
}
