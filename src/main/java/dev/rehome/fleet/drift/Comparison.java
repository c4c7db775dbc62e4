package dev.rehome.fleet.drift;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Compares a home's catalog with the reference's. The differences are in the order in which their statements can be run. */
final class Comparison {
    private static final String NO_STATEMENT =
            "-- no single statement does this: compare both definitions and change it by hand";
    private static final String NO_ORDER =
            "-- no statement orders columns. Where a pool serves many homes, statements on this table"
                    + " can fail with 0A000 (cached plan must not change result type): take the tenant into a home made anew";

    private final Map<CatalogEntry.Key, CatalogEntry> reference;
    private final Map<CatalogEntry.Key, CatalogEntry> home;
    /** Puts the home's own names into a text. */
    private final UnaryOperator<@Nullable String> own;

    private final Set<CatalogEntry.Key> missing = new HashSet<>();
    private final Set<CatalogEntry.Key> extra = new HashSet<>();

    Comparison(
            Map<CatalogEntry.Key, CatalogEntry> reference,
            Map<CatalogEntry.Key, CatalogEntry> home,
            UnaryOperator<@Nullable String> own) {
        this.reference = reference;
        this.home = home;
        this.own = own;
    }

    List<Difference> differences() {
        reference.keySet().stream().filter(key -> !home.containsKey(key)).forEach(missing::add);
        home.keySet().stream().filter(key -> !reference.containsKey(key)).forEach(extra::add);
        List<Difference> differences = new ArrayList<>();
        List<CatalogEntry> removable = new ArrayList<>(home.values());
        Collections.reverse(removable);
        removable.removeIf(found -> !extra.contains(found.key()) || isIn(found.key(), extra));
        removable.stream().filter(found -> !othersUse(found)).forEach(found -> differences.add(removal(found)));
        for (CatalogEntry expected : reference.values()) {
            CatalogEntry found = home.get(expected.key());
            if (found == null) {
                if (!isMadeWithAnother(expected.key())) {
                    differences.add(difference(
                            expected.key(),
                            expected.definition(),
                            null,
                            expected.make() != null
                                    ? expected.make()
                                    : Objects.requireNonNullElse(expected.change(), NO_STATEMENT)));
                }
            } else if (!Objects.equals(expected.definition(), found.definition())
                    && !isOfOtherColumns(expected.key())) {
                differences.add(
                        difference(expected.key(), expected.definition(), found.definition(), change(expected, found)));
            }
        }
        removable.stream().filter(Comparison::othersUse).forEach(found -> differences.add(removal(found)));
        return differences;
    }

    private Difference removal(CatalogEntry found) {
        return difference(
                found.key(), null, found.definition(), Objects.requireNonNullElse(found.remove(), NO_STATEMENT));
    }

    /** Columns and defaults that have to be mended before it can be removed. */
    private static boolean othersUse(CatalogEntry found) {
        return switch (found.key().item()) {
            case TYPE, SEQUENCE, FUNCTION -> true;
            case TABLE, COLUMN, NOT_NULL, DEFAULT, COLUMN_ORDER, KEY, CHECK, FOREIGN_KEY, INDEX, VIEW -> false;
            case OWNER, TRIGGER, TRIGGER_STATE, ROW_SECURITY, POLICY, GRANT, COLUMN_GRANT -> false;
        };
    }

    /** Something that is there may be defined by nothing, like a table without columns. */
    private Difference difference(
            CatalogEntry.Key key, @Nullable String expected, @Nullable String found, String mend) {
        boolean exists = found != null || home.containsKey(key);
        boolean should = expected != null || reference.containsKey(key);
        return new Difference(
                Objects.requireNonNull(own.apply(key.toString())),
                should ? Objects.requireNonNullElse(own.apply(expected), "") : null,
                exists ? Objects.requireNonNullElse(own.apply(found), "") : null,
                Objects.requireNonNull(own.apply(mend)),
                exists && !should && key.item().holdsData());
    }

    private static String change(CatalogEntry expected, CatalogEntry found) {
        if (expected.key().item() == CatalogItem.COLUMN_ORDER) {
            return NO_ORDER;
        }
        if (expected.change() != null) {
            return expected.change();
        }
        return expected.key().item().holdsData() || found.remove() == null || expected.make() == null
                ? NO_STATEMENT
                : found.remove() + "; " + expected.make();
    }

    /** Whether something that goes takes this with it. */
    private static boolean isIn(CatalogEntry.Key key, Set<CatalogEntry.Key> going) {
        return wholes(key).stream().anyMatch(going::contains);
    }

    private boolean isMadeWithAnother(CatalogEntry.Key key) {
        return switch (key.item()) {
            case COLUMN, NOT_NULL, DEFAULT, COLUMN_ORDER, TRIGGER_STATE -> isIn(key, missing);
            case OWNER, ROW_SECURITY, TYPE, SEQUENCE, FUNCTION, TABLE, KEY, CHECK, FOREIGN_KEY, INDEX -> false;
            case VIEW, TRIGGER, POLICY, GRANT, COLUMN_GRANT -> false;
        };
    }

    /** The order of other columns than there should be says nothing: they come first. */
    private boolean isOfOtherColumns(CatalogEntry.Key key) {
        return key.item() == CatalogItem.COLUMN_ORDER
                && (anyColumn(missing, key.relation()) || anyColumn(extra, key.relation()));
    }

    private static boolean anyColumn(Set<CatalogEntry.Key> keys, String relation) {
        return keys.stream()
                .anyMatch(key ->
                        key.item() == CatalogItem.COLUMN && key.relation().equals(relation));
    }

    /** What a thing is a part of. */
    private static List<CatalogEntry.Key> wholes(CatalogEntry.Key key) {
        List<CatalogEntry.Key> wholes = new ArrayList<>();
        if (!key.relation().isEmpty()) {
            for (CatalogItem item : List.of(CatalogItem.TABLE, CatalogItem.VIEW, CatalogItem.SEQUENCE)) {
                CatalogEntry.Key whole = new CatalogEntry.Key(item, key.relation(), "");
                if (!whole.equals(key)) {
                    wholes.add(whole);
                }
            }
        }
        switch (key.item()) {
            case NOT_NULL, DEFAULT -> wholes.add(new CatalogEntry.Key(CatalogItem.COLUMN, key.relation(), key.name()));
            case TRIGGER_STATE -> wholes.add(new CatalogEntry.Key(CatalogItem.TRIGGER, key.relation(), key.name()));
            case TYPE, SEQUENCE, FUNCTION, TABLE, COLUMN, COLUMN_ORDER, KEY, CHECK, FOREIGN_KEY, INDEX -> {}
            case VIEW, OWNER, TRIGGER, ROW_SECURITY, POLICY, GRANT, COLUMN_GRANT -> {}
        }
        return wholes;
    }
}
