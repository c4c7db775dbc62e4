package dev.rehome.life;

import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.tenant.TenantId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * How a tenant stands, as the directory has it. Immutable.
 *
 * @param name for people; empty once the tenant is deleted, or while it arrives
 * @param since when it has stood so, or when it was created
 * @param placement empty if no home has it
 * @param unended what was begun with it and has not ended
 * @param step how far that has come
 * @param lastEpoch the greatest that it ever had, as far as a life's operation has noted it
 * @param home that an operation has made or emptied, or will: where it arrives, or where it lived before it was archived
 * @param archive its file, if it is archived
 * @param dueAt when its deletion may begin
 */
public record TenantRecord(
        TenantId tenant,
        Optional<String> name,
        LifeState state,
        Instant since,
        Optional<Placement> placement,
        Optional<LifeOperation> unended,
        Optional<String> step,
        long lastEpoch,
        Optional<Home> home,
        Optional<Archived> archive,
        Optional<Instant> dueAt) {

    /**
     * An archived tenant's file.
     *
     * @param sha256 of the whole file, in hexadecimal digits
     */
    public record Archived(Path file, String sha256) {}
}
