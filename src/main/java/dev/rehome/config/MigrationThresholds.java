package dev.rehome.config;

import java.time.Duration;

/**
 * What a tenant may reach before it should be moved to a tier of its own.
 *
 * @param customers number of customers
 * @param orders number of orders
 * @param averageQueryTime mean time of the tenant's queries
 */
public record MigrationThresholds(long customers, long orders, Duration averageQueryTime) {}
