package dev.rehome.backfill;

/**
 * What a backfill has copied.
 *
 * @param bytes what went through COPY; for rows that never left the server, the average stored size of up to 1,000 rows
 *     of each table times the rows
 * @param ranges how many pieces the rows were copied in
 */
public record BackfillResult(long rows, long bytes, int ranges) {}
