package dev.rehome.placement;

import dev.rehome.tenant.TenantId;
import java.util.Optional;
import java.util.UUID;

/** Tenants named by their UUIDs, if the directory knows them. Thread-safe. */
public final class DirectoryIds implements TenantNames {
    private static final int UUID_LENGTH = 36;

    private final Directory directory;

    public DirectoryIds(Directory directory) {
        this.directory = directory;
    }

    /** Asks the directory each time; what is no UUID is nobody's, and is not asked for. */
    @Override
    public Optional<TenantId> find(String name) {
        if (name.length() != UUID_LENGTH) {
            return Optional.empty();
        }
        try {
            TenantId tenant = TenantId.of(UUID.fromString(name));
            return tenant.toString().equalsIgnoreCase(name)
                            && directory.find(tenant).isPresent()
                    ? Optional.of(tenant)
                    : Optional.empty();
        } catch (IllegalArgumentException notAUuid) {
            return Optional.empty();
        }
    }
}
