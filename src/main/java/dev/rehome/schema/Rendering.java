package dev.rehome.schema;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What takes a home of a certain level to the newest: the changesets that are missing and, unless the changelog forbids it, their
 * SQL, which Liquibase has written once for all homes of that level. Immutable.
 */
public final class Rendering {
    /** Stands for the name of the home's schema. Liquibase quotes it nowhere, and nobody else has it. */
    static final String PLACEHOLDER = "rehome_placeholder_3c9e1f";

    /** For what has no changelog of its own to be run. */
    public static final Rendering NOTHING = new Rendering(Level.NONE, List.of(), Optional.empty(), List.of());

    private final Level from;
    private final List<Changeset> changesets;
    private final Optional<String> ordinaryBecause;
    private final List<String> preparation;

    /**
     * A changeset that is missing.
     *
     * @param file the changelog's file that it is in
     * @param runsAlways whether Liquibase runs it each time that it runs at all
     * @param sql empty if it is to be run by Liquibase itself; the last statement records it as Liquibase does
     */
    public record Changeset(String id, String author, String file, boolean runsAlways, List<String> sql) {
        public Changeset {
            sql = List.copyOf(sql);
        }

        @Override
        public String toString() {
            return author + ":" + id;
        }
    }

    Rendering(Level from, List<Changeset> changesets, Optional<String> ordinaryBecause, List<String> preparation) {
        this.from = from;
        this.changesets = List.copyOf(changesets);
        this.ordinaryBecause = ordinaryBecause;
        this.preparation = List.copyOf(preparation);
    }

    /** Of the homes that it is for. */
    public Level from() {
        return from;
    }

    /** In the order in which they run. */
    public List<Changeset> changesets() {
        return changesets;
    }

    /** Whether such homes are at the newest level. What runs always does so with the next changeset that does not. */
    public boolean isUpToDate() {
        return changesets.stream().allMatch(Changeset::runsAlways);
    }

    /** Why each home needs a run of Liquibase of its own, as a clause; empty if the SQL is replayed. */
    public Optional<String> ordinaryBecause() {
        return ordinaryBecause;
    }

    /** Makes the changelog's own tables where there are none. */
    List<String> preparation(String schema) {
        return preparation.stream().map(sql -> in(sql, schema)).toList();
    }

    /** The statements of a changeset for a home. */
    static String script(Changeset changeset, String schema) {
        // A statement may end in a comment, so what divides them is on a line of its own.
        return changeset.sql().stream().map(sql -> in(sql, schema)).collect(Collectors.joining("\n;\n"));
    }

    /**
     * All statements, for reading.
     *
     * @param schema the home's schema
     */
    public String sql(String schema) {
        return Stream.concat(
                        preparation(schema).stream(),
                        changesets.stream()
                                .flatMap(changeset -> Stream.concat(
                                        Stream.of("-- " + changeset + " (" + changeset.file() + ")"),
                                        Stream.of(script(changeset, schema)))))
                .map(sql -> sql.startsWith("-- ") && !sql.contains("\n") ? sql : sql + "\n;")
                .collect(Collectors.joining("\n"));
    }

    private static String in(String sql, String schema) {
        return sql.replace(PLACEHOLDER, '"' + schema + '"');
    }
}
