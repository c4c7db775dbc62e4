package dev.rehome.doctor;

import dev.rehome.config.StrategyConfig;
import dev.rehome.doctor.Diagnosis.ServerState;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.move.MoveJournal;
import dev.rehome.placement.Database;
import dev.rehome.placement.Directory;
import dev.rehome.placement.Server;
import dev.rehome.schema.Homes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Looks at every server, every database and every home of the fleet: whether isolation binds there, and whether directory and
 * residency rows agree. Only looks: nothing is mended, nobody is kept waiting. Thread-safe.
 */
public final class Doctor {
    static final String APPLICATION = "rehome doctor";

    private final StrategyConfig strategy;
    private final Homes homes;
    private final Directory directory;
    private final MoveJournal journal;

    /** Is told how far a look has come. */
    @FunctionalInterface
    public interface Listener {
        /** @param total databases there are to be looked at */
        void looked(int done, int total);
    }

    public Doctor(StrategyConfig strategy, Homes homes, Directory directory, MoveJournal journal) {
        this.strategy = strategy;
        this.homes = homes;
        this.directory = directory;
        this.journal = journal;
    }

    /**
     * Looks at everything.
     *
     * @param parallel databases that are looked at at the same time; each takes up to three connections
     * @throws RehomeException (EXTERNAL) if the directory cannot be read; what else does not answer is an ailment
     */
    public Diagnosis examine(int parallel, Listener listener) throws InterruptedException {
        KnownFleet fleet = KnownFleet.read(directory, journal, strategy);
        List<Ailment> ailments = new ArrayList<>();
        List<ServerState> states = new ArrayList<>();
        Set<String> answering = new LinkedHashSet<>();
        Set<Database> databases = fleet.databases();
        for (Server server : strategy.servers().all()) {
            ServerVisit visit = ServerVisit.at(server, strategy, fleet, ailments);
            states.add(visit.state());
            if (visit.answers()) {
                answering.add(server.name());
            }
        }
        List<Database> toVisit = databases.stream()
                .filter(database -> answering.contains(database.server()))
                .toList();
        reportUnconfigured(databases, ailments);
        ailments.addAll(visit(toVisit, fleet, parallel, listener));
        int homesSeen = toVisit.stream()
                .mapToInt(database -> fleet.homesIn(database).size())
                .sum();
        return new Diagnosis(states, toVisit.size(), homesSeen, fleet.tenants(), ailments);
    }

    /** Names of servers may have left the strategy while tenants still live there. */
    private void reportUnconfigured(Set<Database> databases, List<Ailment> ailments) {
        Set<String> configured = new LinkedHashSet<>();
        strategy.servers().all().forEach(server -> configured.add(server.name()));
        databases.stream()
                .map(Database::server)
                .filter(name -> !configured.contains(name))
                .distinct()
                .forEach(name -> ailments.add(new Ailment(
                        ErrorKind.CONFIGURATION,
                        "server " + name,
                        "SERVER_NOT_CONFIGURED",
                        "The directory places tenants on server " + name + ", which the strategy file does not have",
                        "Add it under database_config.servers")));
    }

    private List<Ailment> visit(List<Database> databases, KnownFleet fleet, int parallel, Listener listener)
            throws InterruptedException {
        List<Ailment> ailments = new ArrayList<>();
        ExecutorService crew = Executors.newFixedThreadPool(parallel, work -> {
            Thread thread = new Thread(work, "rehome-doctor");
            thread.setDaemon(true);
            return thread;
        });
        try {
            CompletionService<List<Ailment>> visits = new ExecutorCompletionService<>(crew);
            for (Database database : databases) {
                Callable<List<Ailment>> visit =
                        () -> new DatabaseVisit(strategy, homes, directory, fleet, database).ailments();
                Future<List<Ailment>> unused = visits.submit(visit);
            }
            for (int done = 1; done <= databases.size(); done++) {
                ailments.addAll(visits.take().get());
                listener.looked(done, databases.size());
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
        } finally {
            crew.shutdownNow();
        }
        return ailments;
    }
}
