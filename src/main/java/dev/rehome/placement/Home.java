package dev.rehome.placement;

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

    @Override
    public String toString() {
        return tier + " " + database + "." + schema;
    }
}
