package dev.rehome.bench.fleet;

import dev.rehome.bench.Spread;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fleet.levels.HomeResult;
import dev.rehome.fleet.levels.RunListener;
import dev.rehome.fleet.levels.RunReport;
import dev.rehome.placement.Home;
import dev.rehome.schema.Changelog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A fleet brought to the newest level, where there is nothing to do and where there is one changeset. The peer takes the homes one
 * after the other; it is timed on some of them, and the fleet's time is that of so many homes. Both take turns.
 */
final class LevelSection {
    /** Each adds one changeset to the one before. */
    private static final List<Changelog> VERSIONS = List.of(
            new Changelog("changelogs/benchmark-1.yaml"),
            new Changelog("changelogs/benchmark-2.yaml"),
            new Changelog("changelogs/benchmark-3.yaml"));

    private static final int WARM_UP = 10;
    private static final double NANOS = 1e9;

    private final BenchmarkFleet fleet;
    private final int nothingToDo;
    private final Consumer<String> progress;

    /** @param nothingToDo how often the fleet is looked at in each of its levels */
    LevelSection(BenchmarkFleet fleet, int nothingToDo, Consumer<String> progress) {
        this.fleet = fleet;
        this.nothingToDo = nothingToDo;
        this.progress = progress;
    }

    void measure(Map<String, Object> top, Map<String, Object> details) throws Exception {
        for (int i = 0; i < WARM_UP; i++) {
            PlainLiquibase.update(fleet.fleet.servers(), fleet.peers.get(0), Changelog.HOME.resource());
        }
        List<Double> seconds = new ArrayList<>();
        List<Double> noops = new ArrayList<>();
        List<Double> changes = new ArrayList<>();
        List<Double> changeSeconds = new ArrayList<>();
        List<Double> growth = new ArrayList<>();
        List<Double> megabytes = new ArrayList<>();
        for (Changelog version : VERSIONS) {
            LiveHeap heap = new LiveHeap();
            double one = migrate(version, fleet.size(), heap);
            growth.add(heap.growthPerHome());
            megabytes.add(heap.megabytes());
            double peer = peer(version);
            changeSeconds.add(one);
            changes.add(peer / one);
            progress.accept(version.resource() + ": " + one + " s, Liquibase one after another " + peer + " s");
            for (int i = 0; i < nothingToDo; i++) {
                double nothing = migrate(version, 0, RunListener.NONE);
                double peers = peer(version);
                seconds.add(nothing);
                noops.add(peers / nothing);
                progress.accept("nothing to do: " + nothing + " s, Liquibase one after another " + peers + " s");
            }
        }
        put(top, details, "noopSpeedup", noops);
        put(top, details, "noopSeconds", seconds);
        put(top, details, "changesetSpeedup", changes);
        put(top, details, "changesetSeconds", changeSeconds);
        put(top, details, "heapBytesPerHome", growth);
        put(top, details, "heapMegabytes", megabytes);
    }

    static void put(Map<String, Object> top, Map<String, Object> details, String name, List<Double> values) {
        Spread spread = Spread.of(values);
        top.put(name, spread.median());
        details.put(name, spread);
    }

    private double migrate(Changelog version, long expected, RunListener listener) throws InterruptedException {
        long begun = System.nanoTime();
        RunReport report = fleet.migrate(version, listener);
        double seconds = (System.nanoTime() - begun) / NANOS;
        long done = report.count(HomeResult.State.DONE);
        // The first time, databases that are copies of another one are told their own name, too.
        if (!report.isComplete() || (expected == 0 ? done != 0 : done < expected)) {
            throw new RehomeException(ErrorKind.INVARIANT, expected + " homes were to be changed: " + report);
        }
        return seconds;
    }

    /** What the whole fleet would take. */
    private double peer(Changelog version) throws Exception {
        long begun = System.nanoTime();
        for (Home home : fleet.peers) {
            PlainLiquibase.update(fleet.fleet.servers(), home, version.resource());
        }
        return (System.nanoTime() - begun) / NANOS / fleet.peers.size() * fleet.size();
    }
}
