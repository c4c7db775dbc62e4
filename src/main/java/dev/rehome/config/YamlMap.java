package dev.rehome.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A mapping of the file. What is missing or wrong goes to the {@link Problems}, and the reading goes on. A key that nobody
 * has asked for is unknown. Not thread-safe.
 */
final class YamlMap {
    private record Entry(int line, Node value) {}

    private final String path;
    private final int line;
    /** Whether the file has this mapping at all: one that it lacks is reported once, and not each of its keys too. */
    private final boolean present;

    private final Problems problems;
    private final UnaryOperator<@Nullable String> environment;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Set<String> asked = new LinkedHashSet<>();
    private final List<YamlMap> children = new ArrayList<>();

    /** @param node what should be a mapping; null if the file has none here */
    YamlMap(
            String path,
            int line,
            @Nullable Node node,
            Problems problems,
            UnaryOperator<@Nullable String> environment) {
        this.path = path;
        this.line = line;
        this.problems = problems;
        this.environment = environment;
        this.present = node instanceof MappingNode;
        if (node instanceof MappingNode mapping) {
            mapping.getValue().forEach(this::enter);
        } else if (node != null) {
            problems.add(line, path, "must be a mapping of keys to values");
        }
    }

    /** The mapping behind the key, which has to be there. */
    YamlMap requireMap(String key) {
        reportIfMissing(key);
        return child(key, false);
    }

    /** The mapping behind the key; an empty one if it is missing or has no value. */
    YamlMap map(String key) {
        return child(key, true);
    }

    /** The mappings in the list behind the key; none if it is missing or has no value. */
    List<YamlMap> maps(String key) {
        asked.add(key);
        Entry entry = entries.get(key);
        List<YamlMap> maps = new ArrayList<>();
        if (entry == null || entry.value().getTag().equals(Tag.NULL)) {
            return maps;
        }
        if (!(entry.value() instanceof SequenceNode sequence)) {
            problem(key, "must be a list, each entry of which begins with a dash");
            return maps;
        }
        for (Node node : sequence.getValue()) {
            int nodeLine = node.getStartMark().map(mark -> mark.getLine() + 1).orElse(entry.line());
            maps.add(new YamlMap(pathOf(key) + "[" + (maps.size() + 1) + "]", nodeLine, node, problems, environment));
        }
        children.addAll(maps);
        return maps;
    }

    boolean has(String key) {
        return entries.containsKey(key);
    }

    /** All keys of a mapping whose keys are not fixed. */
    Set<String> keys() {
        asked.addAll(entries.keySet());
        return entries.keySet();
    }

    /** The value behind the key, which has to be there. Empty only after a problem. */
    <T> Optional<T> require(String key, Values.Kind<T> kind) {
        reportIfMissing(key);
        return find(key, kind);
    }

    /** The value behind the key. Empty if it is missing, or after a problem. */
    <T> Optional<T> find(String key, Values.Kind<T> kind) {
        return read(key, kind, true);
    }

    /** As {@link #require}, for a value that no message may repeat. */
    <T> Optional<T> requireSecret(String key, Values.Kind<T> kind) {
        reportIfMissing(key);
        return findSecret(key, kind);
    }

    /** As {@link #find}, for a value that no message may repeat. */
    <T> Optional<T> findSecret(String key, Values.Kind<T> kind) {
        return read(key, kind, false);
    }

    /** The values behind the key, which may be missing. What is wrong with one of them is reported, and it is left out. */
    <T> List<T> list(String key, Values.Kind<T> kind) {
        asked.add(key);
        Entry entry = entries.get(key);
        if (entry == null || entry.value().getTag().equals(Tag.NULL)) {
            return List.of();
        }
        if (!(entry.value() instanceof SequenceNode sequence)) {
            problem(key, "must be a list in brackets");
            return List.of();
        }
        List<T> values = new ArrayList<>();
        for (Node node : sequence.getValue()) {
            if (node instanceof ScalarNode scalar && !node.getTag().equals(Tag.NULL)) {
                read(key, scalar, kind, true).ifPresent(values::add);
            } else {
                problem(key, "must have single values in it");
            }
        }
        return values;
    }

    /** Reports something about the value behind a key. */
    void problem(String key, String problem) {
        Entry entry = entries.get(key);
        problems.add(entry == null ? line : entry.line(), pathOf(key), problem);
    }

    /** To be called when everything known has been asked for: reports the rest, here and in the mappings below. */
    void reportUnknown() {
        for (String key : entries.keySet()) {
            if (!asked.contains(key)) {
                String meant = asked.stream()
                        .filter(known -> Spelling.isNear(key, known))
                        .min(Comparator.comparingInt(known -> Spelling.distance(key, known)))
                        .map(known -> "did you mean " + known + "?")
                        .orElse("known here are: " + String.join(", ", asked));
                problem(key, "is not a key; " + meant);
            }
        }
        children.forEach(YamlMap::reportUnknown);
    }

    private YamlMap child(String key, boolean mayHaveNoValue) {
        asked.add(key);
        Entry entry = entries.get(key);
        Node node = entry == null || (mayHaveNoValue && entry.value().getTag().equals(Tag.NULL)) ? null : entry.value();
        YamlMap child = new YamlMap(pathOf(key), entry == null ? line : entry.line(), node, problems, environment);
        children.add(child);
        return child;
    }

    private <T> Optional<T> read(String key, Values.Kind<T> kind, boolean repeatable) {
        asked.add(key);
        Entry entry = entries.get(key);
        if (entry == null) {
            return Optional.empty();
        }
        if (!(entry.value() instanceof ScalarNode node)) {
            problem(key, "must be a single value");
            return Optional.empty();
        }
        if (node.getTag().equals(Tag.NULL)) {
            problem(key, "has no value");
            return Optional.empty();
        }
        return read(key, node, kind, repeatable);
    }

    private <T> Optional<T> read(String key, ScalarNode node, Values.Kind<T> kind, boolean repeatable) {
        try {
            return Optional.of(kind.read(Scalar.expand(node.getValue(), !node.isPlain(), environment)));
        } catch (IllegalArgumentException e) {
            // The value as the file has it: what the environment put into it stays secret.
            problem(key, e.getMessage() + (repeatable ? ", but is '" + node.getValue() + "'" : ""));
            return Optional.empty();
        }
    }

    private void reportIfMissing(String key) {
        if (present && !entries.containsKey(key)) {
            problem(key, "is missing");
        }
    }

    private void enter(NodeTuple tuple) {
        Node key = tuple.getKeyNode();
        int keyLine = key.getStartMark().map(mark -> mark.getLine() + 1).orElse(line);
        if (!(key instanceof ScalarNode name)) {
            problems.add(keyLine, path, "has a key that is not a single value");
            return;
        }
        Entry first = entries.putIfAbsent(name.getValue(), new Entry(keyLine, tuple.getValueNode()));
        if (first != null) {
            problems.add(keyLine, pathOf(name.getValue()), "is given twice, first on line " + first.line());
        }
    }

    private String pathOf(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
