package dev.rehome.demo.data;

import dev.rehome.demo.data.CsvFile.DamagedException;
import dev.rehome.tenant.TenantId;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Storefronts out of a folder of seven CSV files, packed with gzip or plain: UTF-8, a header, an empty field for NULL, times
 * in UTC. Checked completely when it is opened, before anybody loads anything. The rows stay in the files.
 */
public final class DataFolder implements StorefrontData {
    private final Path folder;
    private final Map<StorefrontTable, CsvFile> files;
    private final List<Storefront> storefronts;
    private final Map<StorefrontTable, Map<TenantId, Long>> counts;

    private DataFolder(Path folder, FolderCheck check) {
        this.folder = folder;
        this.files = Map.copyOf(check.files);
        this.storefronts = List.copyOf(check.storefronts);
        this.counts = Map.copyOf(check.counts);
    }

    /** @throws DataFolderException with the file, line and reason of everything that is wrong, up to a limit */
    public static DataFolder open(Path folder) {
        return new DataFolder(folder, FolderCheck.run(folder));
    }

    @Override
    public List<Storefront> storefronts() {
        return storefronts;
    }

    @Override
    public long rows(StorefrontTable table, TenantId tenant) {
        return counts.getOrDefault(table, Map.of()).getOrDefault(tenant, 0L);
    }

    /** @throws DataFolderException if the file is no longer what it was when it was checked */
    @Override
    public void forEachRow(StorefrontTable table, RowConsumer consumer) throws SQLException {
        CsvFile file = files.get(table);
        if (file == null) {
            throw new IllegalStateException("A folder that was opened has a file for " + table + ".");
        }
        AtomicLong rows = new AtomicLong();
        try {
            file.read((line, fields) -> {
                List<@Nullable String> values = parse(file, line, fields);
                rows.incrementAndGet();
                consumer.accept(TenantId.parse(Objects.requireNonNull(values.get(0))), values);
            });
        } catch (DamagedException e) {
            throw new DataFolderException(folder, List.of(e.reason()), e);
        }
        if (rows.get() != rows(table)) {
            throw new DataFolderException(
                    folder,
                    List.of(file.name() + " had " + rows(table) + " rows when it was checked, and now has " + rows),
                    null);
        }
    }

    private List<@Nullable String> parse(CsvFile file, long line, List<String> fields) {
        List<Column> columns = file.table().layout().columns();
        try {
            if (fields.size() != columns.size()) {
                throw new IllegalArgumentException(fields.size() + " columns");
            }
            @Nullable String[] values = new String[columns.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = columns.get(i).read(fields.get(i));
            }
            return Arrays.asList(values);
        } catch (IllegalArgumentException e) {
            throw new DataFolderException(
                    folder, List.of(file.name() + " line " + line + ": has changed since it was checked"), e);
        }
    }
}
