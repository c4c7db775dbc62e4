package dev.rehome.testkit;

import dev.rehome.hibernate.DataLayer;
import dev.rehome.schema.Changelog;
import java.util.Collection;

/**
 * What is tested: the application's entities, their tables, and how to make a row of each. An implementation needs a
 * constructor without parameters; {@link TestsOf} names it.
 */
public interface Application {

    Collection<Class<?>> entities();

    /** Says how to make an instance of each entity, those that others refer to first. */
    void samples(Samples samples);

    /** The column that says whose row it is. */
    default String tenantColumn() {
        return "storefront_id";
    }

    /** The changelog that makes the tables of a home. */
    default Changelog tables() {
        return Changelog.HOME;
    }

    /** Sets what the application sets on its data layer besides entities and tenant column. */
    default void configure(DataLayer.Builder layer) {
        // Nothing: most applications have what Rehome has.
    }

    /** Where the homes are made. By default on a PostgreSQL that is started for the tests. */
    default KitServer server() {
        return KitServer.embedded();
    }
}
