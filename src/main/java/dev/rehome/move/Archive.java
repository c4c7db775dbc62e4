package dev.rehome.move;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.placement.Home;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.postgresql.PGConnection;

/**
 * A home's copy of a tenant in one zip file, before it is removed: for each table a CSV with a header line as COPY writes it,
 * and a manifest with the rows of each. All of one moment.
 */
final class Archive {
    private Archive() {}

    /**
     * Writes it; a file of this name that is there already is replaced when the new one is complete.
     *
     * @return the file
     * @throws RehomeException (EXTERNAL) if it cannot be written
     */
    static Path write(MoveContext context, Home home, Path folder) throws SQLException {
        Path file = folder.resolve(context.tenant() + "-" + context.move().id() + ".zip");
        Path partial = folder.resolve(file.getFileName() + ".partial");
        try {
            Files.createDirectories(folder);
            try (Connection connection = context.open(home);
                    ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(partial))) {
                write(context, home, connection, zip);
            }
            return Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    "The archive " + file + " could not be written: " + e.getMessage()
                            + ". Nothing is removed; make room or name another folder, and run the move again.",
                    e);
        }
    }

    private static void write(MoveContext context, Home home, Connection connection, ZipOutputStream zip)
            throws SQLException, IOException {
        StringBuilder manifest = new StringBuilder("tenant=" + context.tenant() + "\nhome=" + home + "\nmove="
                + context.move().id() + "\n");
        MoverTransaction.beginRepeatableRead(connection, context.tenant().value());
        for (TenantTable table : TenantTables.read(connection, home.schema(), context.tenantColumn())) {
            zip.putNextEntry(new ZipEntry(table.name() + ".csv"));
            long rows = connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut(
                            "copy (select " + table.columnList() + " from " + table.in(home.schema()) + " where "
                                    + SqlNames.quote(table.tenantColumn())
                                    + " = current_setting('rehome.tenant')::uuid) to stdout (format csv, header)",
                            new Unclosed(zip, context));
            zip.closeEntry();
            manifest.append("rows.")
                    .append(table.name())
                    .append('=')
                    .append(rows)
                    .append('\n');
        }
        connection.commit();
        zip.putNextEntry(new ZipEntry("manifest.properties"));
        zip.write(manifest.toString().getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }

    /** A part of the zip that goes on behind it. */
    private static final class Unclosed extends OutputStream {
        private final OutputStream out;
        private final MoveContext context;
        private long bytes;

        Unclosed(OutputStream out, MoveContext context) {
            this.out = out;
            this.context = context;
        }

        @Override
        public void write(int one) throws IOException {
            out.write(one);
        }

        @Override
        public void write(byte[] many, int from, int length) throws IOException {
            out.write(many, from, length);
            bytes += length;
            context.progress(0, 0, bytes, 0);
        }
    }
}
