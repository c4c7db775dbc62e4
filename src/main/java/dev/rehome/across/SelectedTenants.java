package dev.rehome.across;

import dev.rehome.placement.Directory;
import dev.rehome.placement.Placement;
import dev.rehome.tenant.TenantId;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Hands out the tenants of a selection, each once, reading the directory a page at a time. Thread-safe. */
final class SelectedTenants {
    private static final int PAGE = 1000;

    private final Directory directory;
    private final TenantSelection selection;
    private final Queue<TenantId> ahead = new ArrayDeque<>();
    private @Nullable TenantId last;
    private boolean read;

    SelectedTenants(Directory directory, TenantSelection selection) {
        this.directory = directory;
        this.selection = selection;
    }

    synchronized Optional<TenantId> next() {
        while (ahead.isEmpty() && !read) {
            List<Placement> page = directory.page(last, PAGE);
            for (Placement placement : page) {
                last = placement.tenant();
                if (selection.contains(placement)) {
                    ahead.add(placement.tenant());
                }
            }
            read = page.size() < PAGE;
        }
        return Optional.ofNullable(ahead.poll());
    }
}
