package dev.rehome.config;

/**
 * How many homes are kept ready for new tenants.
 *
 * @param schemas in the database of the shared home of the default server
 * @param databases on the server of the tenants' databases
 */
public record SparesConfig(int schemas, int databases) {}
