package dev.rehome.dashboard;

import dev.rehome.placement.Home;

/** A home, as the API and the command line answer it. */
public record HomeView(String tier, String server, String database, String schema) {
    public static HomeView of(Home home) {
        return new HomeView(
                home.tier().name(), home.database().server(), home.database().name(), home.schema());
    }
}
