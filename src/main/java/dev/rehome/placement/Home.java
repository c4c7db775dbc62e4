package dev.rehome.placement;

import dev.rehome.jdbc.SqlNames;

/**
 * A physical place for tables. Immutable.
 *
 * @param schema the schema that holds the tables
 */
public record Home(Tier tier, Database database, String schema) {

    public Home(Tier tier, String server, String database, String schema) {
        this(tier, new Database(server, database), schema);
    }

    /** Whether a transaction can see both homes. */
    public boolean inSameDatabaseAs(Home other) {
        return database.equals(other.database);
    }

    /**
     * In which schemas a tenant's transaction looks for tables on PostgreSQL, as SQL: never in another home's. The schema of a
     * schema home is called as the role that {@code enter} switches to. The temporary schema would come first if it were not
     * named, and what one tenant leaves there would hide the next one's tables.
     */
    public String searchPath() {
        return (tier == Tier.SCHEMA ? "\"$user\"" : SqlNames.quote(schema)) + ", pg_temp";
    }

    @Override
    public String toString() {
        return tier + " " + database + "." + schema;
    }
}
