package dev.rehome.alert;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which alerts are firing: tells the sinks when one begins and when it is over, and never in between. Thread-safe. */
public final class Alerts {
    private final List<AlertSink> sinks;
    /** Since when each has been seen without a break. Guarded by this, like those that somebody was told of. */
    private final Map<Key, Instant> seen = new HashMap<>();

    private final Map<Key, Alert> firing = new HashMap<>();

    private record Key(Condition condition, String subject) {}

    public Alerts(List<AlertSink> sinks) {
        this.sinks = List.copyOf(sinks);
    }

    /** Those that are firing, the most pressing first. */
    public synchronized List<Alert> firing() {
        return firing.values().stream()
                .sorted(Comparator.comparing(Alert::severity)
                        .reversed()
                        .thenComparing(Alert::since)
                        .thenComparing(Alert::name)
                        .thenComparing(Alert::subject))
                .toList();
    }

    /**
     * Takes in what a look has found.
     *
     * @param looked what was looked for: the alerts of other conditions stay as they are
     */
    synchronized void update(Instant at, Set<Condition> looked, Collection<Symptom> symptoms) {
        Set<Key> present = new HashSet<>();
        for (Symptom symptom : symptoms) {
            Key key = new Key(symptom.condition(), symptom.subject());
            present.add(key);
            Instant since = seen.computeIfAbsent(key, unseen -> at);
            boolean lasts = Duration.between(since, at).compareTo(key.condition.lasts()) >= 0;
            Alert alert =
                    new Alert(key.condition.alert(), key.condition.severity(), key.subject, since, symptom.text());
            if (lasts && firing.put(key, alert) == null) {
                sinks.forEach(sink -> sink.fired(alert));
            }
        }
        seen.keySet().removeIf(key -> looked.contains(key.condition) && !present.contains(key));
        firing.entrySet().removeIf(entry -> {
            boolean over = !seen.containsKey(entry.getKey());
            if (over) {
                sinks.forEach(sink -> sink.resolved(entry.getValue()));
            }
            return over;
        });
    }
}
