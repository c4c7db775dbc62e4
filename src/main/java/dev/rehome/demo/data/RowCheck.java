package dev.rehome.demo.data;

import dev.rehome.tenant.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Checks the rows of one file, one after another, and notes their keys for the files that refer to them. Not thread-safe. */
final class RowCheck {
    /** What all files begin with. */
    private static final int STOREFRONT_ID = 0;

    private static final int ID = 1;
    /** Values are quoted up to this length. */
    private static final int QUOTED_CHARACTERS = 60;
    /** A place is the number of a storefront above these bits, and a line in them. */
    private static final int LINE_BITS = 40;

    /** A unique key: where its columns are, and which of its values have been met, on which line. */
    private record UniqueKey(List<String> names, List<Integer> columns, KeyTable met) {}

    private final StorefrontTable table;
    private final List<Column> columns;
    private final String file;
    private final FolderCheck folder;
    private final List<UniqueKey> uniqueKeys = new ArrayList<>();
    private final @Nullable String[] values;
    private long line;

    RowCheck(CsvFile file, FolderCheck folder) {
        this.table = file.table();
        this.file = file.name();
        this.folder = folder;
        this.columns = table.layout().columns();
        this.values = new String[columns.size()];
        List<String> names = table.columnNames();
        for (List<String> key : table.layout().uniqueKeys()) {
            uniqueKeys.add(new UniqueKey(key, key.stream().map(names::indexOf).toList(), new KeyTable()));
        }
    }

    /** @throws DataFolderException when the problems are too many */
    void check(long atLine, List<String> fields) {
        line = atLine;
        if (fields.size() != values.length) {
            problem("has " + fields.size() + " columns, not " + values.length);
            return;
        }
        boolean valid = readValues(fields);
        String storefrontId = values[STOREFRONT_ID];
        String id = values[ID];
        if (storefrontId == null || id == null) {
            return;
        }
        UUID storefront = UUID.fromString(storefrontId);
        if (table == StorefrontTable.STOREFRONTS) {
            if (!id.equals(storefrontId)) {
                problem("id must be equal to storefront_id");
            }
            if (valid && !folder.knows(storefront)) {
                folder.add(storefront(storefront));
            }
        } else if (!folder.knows(storefront) && folder.isComplete(StorefrontTable.STOREFRONTS)) {
            // Once for each storefront: with its place it gets a number, by which it is known from then on.
            problem("storefront " + storefrontId + " is unknown");
        }
        folder.count(table, storefront);
        checkId(UUID.fromString(id), storefront);
        checkReferences(storefront);
        uniqueKeys.forEach(this::checkUnique);
    }

    private boolean readValues(List<String> fields) {
        boolean valid = true;
        for (int i = 0; i < values.length; i++) {
            Column column = columns.get(i);
            try {
                values[i] = column.read(fields.get(i));
            } catch (IllegalArgumentException e) {
                values[i] = null;
                valid = false;
                problem(column.name() + " " + e.getMessage() + quoted(column, fields.get(i)));
            }
        }
        return valid;
    }

    private Storefront storefront(UUID id) {
        List<String> names = table.columnNames();
        return new Storefront(
                TenantId.of(id),
                Objects.requireNonNull(values[names.indexOf("external_id")]),
                Objects.requireNonNull(values[names.indexOf("name")]),
                values[names.indexOf("country")],
                Objects.requireNonNull(values[names.indexOf("currency")]));
    }

    private void checkId(UUID id, UUID storefront) {
        long first = folder.ids(table).putIfAbsent(id, place(storefront));
        if (first != KeyTable.ABSENT) {
            problem("id " + id + " is there already, on line " + lineOf(first));
        }
    }

    private void checkReferences(UUID storefront) {
        for (int i = 0; i < values.length; i++) {
            Column column = columns.get(i);
            String value = values[i];
            if (column.references() == null || value == null) {
                continue;
            }
            long place = folder.ids(column.references()).get(UUID.fromString(value));
            if (place == KeyTable.ABSENT) {
                if (folder.isComplete(column.references())) {
                    problem(subject(column, value) + " is unknown");
                }
            } else if (place >>> LINE_BITS != folder.numberOf(storefront)) {
                problem(subject(column, value) + " belongs to another storefront");
            }
        }
    }

    private static String subject(Column reference, String id) {
        return reference.name().replaceAll("_id$", "").replace('_', ' ') + " " + id;
    }

    private void checkUnique(UniqueKey key) {
        List<String> texts = new ArrayList<>(key.columns().size());
        for (int column : key.columns()) {
            String value = values[column];
            if (value == null) {
                return;
            }
            texts.add(value);
        }
        long first = key.met().putIfAbsent(KeyTable.keyOf(texts), line);
        if (first != KeyTable.ABSENT) {
            problem(String.join(" and ", key.names()) + " are those of line " + first);
        }
    }

    private long place(UUID storefront) {
        return ((long) folder.numberOf(storefront) << LINE_BITS) | line;
    }

    private static long lineOf(long place) {
        return place & ((1L << LINE_BITS) - 1);
    }

    private void problem(String reason) {
        folder.problems.add(file, line, reason);
    }

    /** Numbers and ids help to find the place; texts may be somebody's name. */
    private static String quoted(Column column, String field) {
        if (column.kind() == Column.Kind.TEXT || field.isEmpty()) {
            return "";
        }
        return ": '" + (field.length() <= QUOTED_CHARACTERS ? field : field.substring(0, QUOTED_CHARACTERS) + "...")
                + "'";
    }
}
