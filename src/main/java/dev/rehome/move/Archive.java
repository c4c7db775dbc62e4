package dev.rehome.move;

import dev.rehome.error.RehomeException;
import dev.rehome.export.ExportWriter;
import dev.rehome.export.ExportWriter.Form;
import dev.rehome.export.TenantSnapshot;
import dev.rehome.placement.Home;
import java.nio.file.Path;
import java.sql.SQLException;

/** A home's copy of a tenant in an export file, before it is removed. */
final class Archive {
    private Archive() {}

    /**
     * Writes it; a file of this name that is there already is replaced when the new one is complete.
     *
     * @return the file
     * @throws RehomeException (EXTERNAL) if it cannot be written: then nothing is to be removed
     */
    static Path write(MoveContext context, Home home, Path folder) throws SQLException, InterruptedException {
        Path file = folder.resolve(context.tenant() + "-" + context.move().id() + ".zip");
        try (TenantSnapshot snapshot =
                TenantSnapshot.of(context.servers(), context.tenantColumn(), context.tenant(), home)) {
            Form form = new Form("", context.move().source().epoch().value(), true, true);
            return ExportWriter.write(snapshot, form, file, (table, bytes, total) -> context.progress(0, 0, bytes, 0))
                    .file();
        }
    }
}
