package dev.rehome.demo.data;

import dev.rehome.demo.data.CsvFile.DamagedException;
import dev.rehome.tenant.TenantId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What is known of a folder after reading its seven files once, parents before children: everything that the database
 * would refuse, and what it would take although it is wrong. Keeps no more than keys of the rows. Not thread-safe.
 */
final class FolderCheck {
    final FolderProblems problems;
    final Map<StorefrontTable, CsvFile> files = new EnumMap<>(StorefrontTable.class);
    final List<Storefront> storefronts = new ArrayList<>();
    /** How many rows of each table each storefront has. */
    final Map<StorefrontTable, Map<TenantId, Long>> counts = new EnumMap<>(StorefrontTable.class);

    private final Map<StorefrontTable, KeyTable> ids = new EnumMap<>(StorefrontTable.class);
    private final Map<UUID, Integer> storefrontNumbers = new HashMap<>();
    /** Files that could not be read to their end: what refers to them cannot be judged. */
    private final Set<StorefrontTable> incomplete = EnumSet.noneOf(StorefrontTable.class);

    private FolderCheck(Path folder) {
        this.problems = new FolderProblems(folder);
    }

    /** @throws DataFolderException with what is wrong, up to a limit */
    static FolderCheck run(Path folder) {
        FolderCheck check = new FolderCheck(folder);
        if (!Files.isDirectory(folder)) {
            check.problems.add("there is no such folder");
            check.problems.throwIfAny();
        }
        for (StorefrontTable table : StorefrontTable.values()) {
            check.ids.put(table, new KeyTable());
            try {
                CsvFile file = CsvFile.of(table, folder);
                check.files.put(table, file);
                file.read(new RowCheck(file, check)::check);
            } catch (DamagedException e) {
                check.incomplete.add(table);
                check.problems.add(e.reason());
            }
        }
        check.problems.throwIfAny();
        return check;
    }

    boolean isComplete(StorefrontTable table) {
        return !incomplete.contains(table);
    }

    /** Where the ids of the table's rows are, each with its {@link RowCheck#place}. */
    KeyTable ids(StorefrontTable table) {
        KeyTable known = ids.get(table);
        if (known == null) {
            throw new IllegalStateException(table + " is read behind the tables it refers to.");
        }
        return known;
    }

    void add(Storefront storefront) {
        storefronts.add(storefront);
        storefrontNumbers.putIfAbsent(storefront.tenant().value(), storefrontNumbers.size());
    }

    boolean knows(UUID storefront) {
        return storefrontNumbers.containsKey(storefront);
    }

    /** A small number for the storefront, known or not. */
    int numberOf(UUID storefront) {
        return storefrontNumbers.computeIfAbsent(storefront, unknown -> storefrontNumbers.size());
    }

    void count(StorefrontTable table, UUID storefront) {
        counts.computeIfAbsent(table, first -> new HashMap<>()).merge(TenantId.of(storefront), 1L, Long::sum);
    }
}
