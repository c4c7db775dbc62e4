package dev.rehome.hibernate;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.DatabaseUrl.Product;
import dev.rehome.placement.Tier;
import dev.rehome.testing.TestFleet;
import java.sql.SQLException;
import java.util.List;

/** An application that starts with the system properties that it was given. */
final class BuildsADataLayer {
    static final int REFUSED = 3;

    private BuildsADataLayer() {}

    public static void main(String[] arguments) throws SQLException {
        try (TestFleet fleet = TestFleet.on(Product.H2)) {
            fleet.createTenant(Tier.SHARED);
            fleet.dataLayer(List.of());
        } catch (RehomeException e) {
            System.out.println(e.getMessage());
            System.exit(e.kind() == ErrorKind.CONFIGURATION ? REFUSED : 1);
        }
    }
}
