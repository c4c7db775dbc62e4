package dev.rehome.recovery;

import dev.rehome.fence.Resident;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;

/**
 * What a database says about a tenant. Immutable.
 *
 * @param database that says so: that it is another one than its rows name is possible, as servers are copied and renamed
 * @param hasSchema whether the schema is there in which the tenant lives, if it lives here
 */
public record Claim(Database database, Resident resident, boolean hasSchema) {

    /** Where the tenant lives, as far as this database knows. */
    public Placement placement() {
        return resident.placement();
    }

    /** Whether the tenant lives in this database, suspended or not. */
    public boolean isHere() {
        return resident.here();
    }

    /** The home in this database that it claims the tenant for. */
    public Home home() {
        return placement().home();
    }

    @Override
    public String toString() {
        return database + " says that it lives " + (isHere() ? "there, in schema " + home().schema() : "in " + home())
                + " at epoch " + placement().epoch() + (resident.suspended() ? ", suspended" : "");
    }
}
