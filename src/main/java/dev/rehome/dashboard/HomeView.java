package dev.rehome.dashboard;

import dev.rehome.placement.Home;

/** A home, as it is answered. */
record HomeView(String tier, String server, String database, String schema) {
    static HomeView of(Home home) {
        return new HomeView(
                home.tier().name(), home.database().server(), home.database().name(), home.schema());
    }
}
