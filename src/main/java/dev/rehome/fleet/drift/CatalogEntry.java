package dev.rehome.fleet.drift;

import org.jspecify.annotations.Nullable;

/**
 * One thing in a home's catalog, with the names that are the home's own replaced. Immutable.
 *
 * @param make the statement that makes it; null if it is made with something else, or by no statement
 * @param remove the statement that removes it; null as for {@code make}
 * @param change the statement that makes this one of another of its name; null if that takes removing and making
 */
record CatalogEntry(
        Key key,
        @Nullable String definition,
        @Nullable String make,
        @Nullable String remove,
        @Nullable String change) {

    /**
     * What tells it from others in the home.
     *
     * @param relation the table, view or sequence that it is of, or itself; empty if it is of none
     * @param name its name within the relation; empty if it is the relation, or there is one only
     */
    record Key(CatalogItem item, String relation, String name) {
        @Override
        public String toString() {
            String whole = relation.isEmpty() ? "" : " of " + relation;
            return switch (item) {
                case TABLE, VIEW, SEQUENCE -> item.word() + " " + relation;
                case GRANT -> "rights of " + name + " on " + (relation.isEmpty() ? "the schema" : relation);
                case COLUMN_GRANT -> "rights of " + name.replaceFirst("^(.*) (\\S+)$", "$1 on column $2") + whole;
                case COLUMN_ORDER, ROW_SECURITY, OWNER -> item.word() + (name.isEmpty() ? whole : " of the schema");
                case TYPE, FUNCTION, COLUMN, NOT_NULL, DEFAULT, KEY, CHECK, FOREIGN_KEY, INDEX ->
                    item.word() + " " + name + whole;
                case TRIGGER, TRIGGER_STATE, POLICY -> item.word() + " " + name + whole;
            };
        }
    }
}
