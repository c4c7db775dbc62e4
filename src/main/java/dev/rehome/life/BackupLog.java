package dev.rehome.life;

import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.tenant.TenantId;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which files of nightly exports there are of each tenant, in the directory, so that a deletion knows where something of the tenant
 * is left. Paths are those of the machine that wrote the files. Thread-safe.
 */
public final class BackupLog {
    static final String BACKUP = "BACKUP";

    private final ConnectionSource connections;

    public BackupLog(ConnectionSource connections) {
        this.connections = connections;
    }

    /** Writes down that there is, or is about to be, a file. */
    public void written(TenantId tenant, Path file, String sha256, long rows) {
        connections.transact(connection -> {
            try (PreparedStatement upsert = connection.prepareStatement(
                    "insert into rehome_directory.tenant_backup (tenant_id, file_path, file_sha256, row_count) values (?, ?, ?, ?)"
                            + " on conflict (tenant_id, file_path) do update set file_sha256 = excluded.file_sha256,"
                            + " row_count = excluded.row_count, written_at = clock_timestamp(), verified_at = null")) {
                upsert.setObject(1, tenant.value());
                upsert.setString(2, text(file));
                upsert.setString(3, sha256);
                upsert.setLong(4, rows);
                return upsert.executeUpdate();
            }
        });
    }

    /** Writes down that every byte of the file was read again and is as it was written. */
    public void verified(TenantId tenant, Path file) {
        connections.transact(connection -> {
            try (PreparedStatement update = connection.prepareStatement("update rehome_directory.tenant_backup"
                    + " set verified_at = clock_timestamp() where tenant_id = ? and file_path = ?")) {
                update.setObject(1, tenant.value());
                update.setString(2, text(file));
                return update.executeUpdate();
            }
        });
    }

    /** Writes down that a file has gone; in the record of the tenant's deletion too, if that names it. */
    public void removed(TenantId tenant, Path file) {
        connections.transact(connection -> {
            try (PreparedStatement delete = connection.prepareStatement(
                    "delete from rehome_directory.tenant_backup where tenant_id = ? and file_path = ?")) {
                delete.setObject(1, tenant.value());
                delete.setString(2, text(file));
                delete.executeUpdate();
            }
            if (isNamed(connection, tenant, file)) {
                DeletionLog.write(connection, tenant, BACKUP, text(file), 1, Optional.of(0L));
            }
            return file;
        });
    }

    private static boolean isNamed(Connection connection, TenantId tenant, Path file) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select from rehome_directory.deletion_place where tenant_id = ?"
                        + " and deletion_no = (select max(deletion_no) from rehome_directory.deletion where tenant_id = ?)"
                        + " and kind = ? and place = ?")) {
            statement.setObject(1, tenant.value());
            statement.setObject(2, tenant.value());
            statement.setString(3, BACKUP);
            statement.setString(4, text(file));
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    /** The tenant's files, in the order of their names. */
    public List<Path> of(TenantId tenant) {
        return connections.transact(connection -> {
            List<Path> files = new ArrayList<>();
            try (PreparedStatement statement =
                    connection.prepareStatement("select file_path from rehome_directory.tenant_backup"
                            + " where tenant_id = ? order by file_path")) {
                statement.setObject(1, tenant.value());
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        files.add(Path.of(row.getString(1)));
                    }
                }
            }
            return files;
        });
    }

    private static String text(Path file) {
        return file.toAbsolutePath().normalize().toString();
    }
}
