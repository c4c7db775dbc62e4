package dev.rehome.life;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is kept of a tenant's deletion. Immutable.
 *
 * @param signedOff when everything had been looked at again and found empty; empty if it has not ended
 */
public record DeletionRecord(
        Instant begunAt,
        String begunBy,
        Optional<Instant> signedOff,
        Optional<String> signedOffBy,
        List<Place> places) {

    /**
     * A place that could have had something of the tenant.
     *
     * @param kind HOME, DATABASE, DIRECTORY, FILE or BACKUP: a file of a nightly export, which may be on another machine
     * @param removed rows, or files, that were removed from it
     * @param remaining that were found when it was looked at again; empty if it has not been
     */
    public record Place(
            String kind, String place, long removed, Optional<Long> remaining, Optional<Instant> lookedAt) {}

    public DeletionRecord {
        places = List.copyOf(places);
    }
}
