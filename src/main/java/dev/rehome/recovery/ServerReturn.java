package dev.rehome.recovery;

import dev.rehome.config.StrategyConfig;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.life.LifeJournal;
import dev.rehome.life.LifeJournal.Wanted;
import dev.rehome.life.LifeState;
import dev.rehome.life.TenantLife;
import dev.rehome.life.TenantRecord;
import dev.rehome.move.Move;
import dev.rehome.move.MoveJournal;
import dev.rehome.move.MovePhase;
import dev.rehome.placement.Database;
import dev.rehome.placement.Epoch;
import dev.rehome.placement.Placement;
import dev.rehome.recovery.Verdict.Contested;
import dev.rehome.recovery.Verdict.Lives;
import dev.rehome.recovery.Verdict.Missing;
import dev.rehome.tenant.TenantId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares a server that was restored to an older time with the directory and all other servers, and says for each tenant what follows.
 * What loses nothing can be done here: nobody is admitted by two homes, the directory is not ahead of the homes, what was deleted or
 * archived stays so. What would have to be chosen is only said.
 */
public final class ServerReturn {
    private static final int PAGE = 1_000;

    private final StrategyConfig strategy;
    private final LifeJournal journal;
    private final MoveJournal moves;
    private final TenantLife life;

    public ServerReturn(StrategyConfig strategy, LifeJournal journal, MoveJournal moves, TenantLife life) {
        this.strategy = strategy;
        this.journal = journal;
        this.moves = moves;
        this.life = life;
    }

    /** What is not as it was. */
    public enum Change {
        /** The server has it for an earlier epoch, and another one has it now. */
        HAD_LEFT,
        /** It had moved within the server; it lives where it lived before, with the rows of then. */
        HAD_MOVED_WITHIN,
        /** The directory does not know yet where it lives. */
        DIRECTORY_BEHIND,
        /** It is archived or deleted, and the server has it again. */
        HAD_GONE,
        /** The server has it, and the directory has never heard of it. */
        UNKNOWN,
        /** It had moved to the server, which does not have it. */
        HAD_ARRIVED,
        /** It is in a move that began or went on after that time. */
        IN_MOVE,
        /** What the databases say does not say where it lives. */
        UNCLEAR
    }

    /**
     * What is so with a tenant.
     *
     * @param problem a sentence
     * @param todo a sentence that says what is to be done, or what was done
     * @param mendable whether it can be done here without a choice
     * @param mended whether it was done
     */
    public record Finding(
            TenantId tenant, Change change, String problem, String todo, boolean mendable, boolean mended) {}

    /** @param tenants that have or had to do with the server */
    public record Report(String server, int tenants, List<Finding> findings, List<String> notSeen) {
        public Report {
            findings = List.copyOf(findings);
            notSeen = List.copyOf(notSeen);
        }
    }

    /** What follows for a tenant, and the deed, if there is one that loses nothing. */
    private record Consequence(
            Change change,
            String problem,
            String todo,
            @Nullable Runnable deed) {}

    /**
     * Compares.
     *
     * @param mend whether what loses nothing is done
     * @throws RehomeException (USER) if no server has this name, or it cannot be looked at
     */
    public Report run(String server, boolean mend, Survey.Listener listener) {
        requireKnown(server);
        Survey survey = Survey.of(strategy, strategy.servers(), listener);
        if (survey.databases().stream().noneMatch(database -> database.server().equals(server))) {
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    "Server " + server + " cannot be looked at: " + String.join("; ", survey.notSeen()) + ".");
        }
        Set<TenantId> tenants = concerned(server, survey);
        List<Finding> findings = new ArrayList<>();
        for (TenantId tenant : tenants) {
            consequence(server, tenant, survey).ifPresent(found -> findings.add(finding(tenant, found, mend)));
        }
        return new Report(server, tenants.size(), findings, survey.notSeen());
    }

    private void requireKnown(String server) {
        if (strategy.servers().all().stream().noneMatch(each -> each.name().equals(server))) {
            throw new RehomeException(ErrorKind.USER, "Server '" + server + "' is not in the strategy file.");
        }
    }

    private static Finding finding(TenantId tenant, Consequence found, boolean mend) {
        if (found.deed == null || !mend) {
            return new Finding(tenant, found.change, found.problem, found.todo, found.deed != null, false);
        }
        try {
            found.deed.run();
            return new Finding(tenant, found.change, found.problem, found.todo, true, true);
        } catch (RehomeException e) {
            return new Finding(
                    tenant, found.change, found.problem, "Could not be mended: " + e.getMessage(), true, false);
        }
    }

    /** Those that the server has heard of, and those that the directory places there. */
    private Set<TenantId> concerned(String server, Survey survey) {
        Set<TenantId> tenants = new TreeSet<>(Comparator.comparing(TenantId::toString));
        survey.claims().forEach((tenant, claims) -> {
            if (claims.stream()
                    .anyMatch(claim -> claim.database().server().equals(server)
                            || claim.home().database().server().equals(server))) {
                tenants.add(tenant);
            }
        });
        Wanted there = new Wanted(Optional.empty(), Optional.empty(), Optional.of(server));
        @Nullable TenantId last = null;
        List<TenantRecord> page;
        do {
            page = journal.page(there, last, PAGE);
            for (TenantRecord record : page) {
                tenants.add(record.tenant());
                last = record.tenant();
            }
        } while (page.size() == PAGE);
        return tenants;
    }

    private Optional<Consequence> consequence(String server, TenantId tenant, Survey survey) {
        Optional<Verdict> verdict = survey.verdict(tenant);
        Optional<TenantRecord> record = journal.find(tenant);
        if (record.isEmpty()) {
            return verdict.filter(Lives.class::isInstance)
                    .map(Lives.class::cast)
                    .map(lives -> new Consequence(
                            Change.UNKNOWN,
                            "It lives in " + lives.placement().home() + ", and the directory has never heard of it.",
                            "'recovery directory --missing-only' adds it.",
                            null));
        }
        Optional<Placement> placed = record.get().placement();
        if (placed.isEmpty()) {
            return gone(record.get(), survey);
        }
        Optional<Move> move = moves.active(tenant);
        if (move.isPresent()) {
            return Optional.of(inMove(move.get(), server));
        }
        if (verdict.isEmpty()) {
            return Optional.of(arrived(placed.get(), "no database has heard of it"));
        }
        if (verdict.get() instanceof Missing missing) {
            return Optional.of(arrived(placed.get(), missing.reason()));
        }
        if (verdict.get() instanceof Contested contested) {
            return Optional.of(new Consequence(
                    Change.UNCLEAR,
                    contested.reason() + ": " + survey.claims().get(tenant) + ".",
                    "Find out which has its latest rows, then 'recovery settle " + tenant + "'.",
                    null));
        }
        return lives(placed.get(), (Lives) verdict.get(), server, survey);
    }

    /** Archived or deleted: nobody is to be let in, and nothing of it is to be left. */
    private Optional<Consequence> gone(TenantRecord record, Survey survey) {
        Set<Database> risen = new HashSet<>();
        survey.claims().getOrDefault(record.tenant(), List.of()).stream()
                .filter(Claim::isHere)
                .forEach(claim -> risen.add(claim.database()));
        boolean isRefused = survey.claims().getOrDefault(record.tenant(), List.of()).stream()
                .allMatch(claim -> !claim.isHere() || claim.resident().suspended());
        if (risen.isEmpty() || record.state() == LifeState.ARRIVING) {
            return Optional.empty();
        }
        String next = record.state() == LifeState.DELETED
                ? "'tenant delete " + record.tenant() + " --again' removes it everywhere, and writes a new record."
                : "'recovery copies " + record.tenant()
                        + " --remove' removes its rows there; its archive is the truth.";
        return Optional.of(new Consequence(
                Change.HAD_GONE,
                "It is " + record.state() + ", and " + risen + " has it again.",
                (isRefused ? "It is refused there. " : "It is to be refused there. ") + next,
                isRefused
                        ? null
                        : () -> life.shut(
                                record.tenant(),
                                risen,
                                "it is " + record.state() + ", and a server came back from an older time")));
    }

    private static Consequence inMove(Move move, String server) {
        boolean serves = move.phase() == MovePhase.SOAK
                || move.phase() == MovePhase.RETIRE
                || move.phase() == MovePhase.ROLL_BACK;
        boolean fromHere = move.source().home().database().server().equals(server);
        return new Consequence(
                Change.IN_MOVE,
                "It is in move " + move.id() + " from " + move.source().home() + " to " + move.target() + ", in "
                        + move.phase() + ", and this server does not remember what that did since.",
                !serves
                        ? "'move cancel " + move.tenant() + "', run this again, then start the move anew."
                        : fromHere
                                ? "Its new home has all of its rows. The old one cannot be gone back to: 'move retire "
                                        + move.tenant() + "', which compares first, or 'recovery settle "
                                        + move.tenant()
                                        + "' for the new one."
                                : "The old home was kept current until the server was lost, and has later rows than this one:"
                                        + " 'recovery settle " + move.tenant() + "' for the old one.",
                null);
    }

    private static Consequence arrived(Placement placed, String reason) {
        TenantId tenant = placed.tenant();
        return new Consequence(
                Change.HAD_ARRIVED,
                "The directory places it in " + placed.home() + " at epoch " + placed.epoch() + ", and " + reason + ".",
                "Its rows are gone there. 'recovery copies " + tenant
                        + "' shows where there are some: if one of them will do,"
                        + " 'recovery settle " + tenant
                        + "' for that home; else delete it and import its latest export.",
                null);
    }

    private Optional<Consequence> lives(Placement placed, Lives lives, String server, Survey survey) {
        TenantId tenant = placed.tenant();
        Placement truth = lives.placement();
        if (placed.epoch().isAfter(truth.epoch())) {
            return Optional.of(behind(placed, lives, server, survey));
        }
        if (!lives.stale().isEmpty()) {
            return Optional.of(new Consequence(
                    Change.HAD_LEFT,
                    "It lives in " + truth.home() + " at epoch " + truth.epoch() + ", and "
                            + lives.stale().stream()
                                    .map(claim -> claim.database() + " has it at epoch "
                                            + claim.placement().epoch())
                                    .collect(Collectors.joining(" and "))
                            + " too.",
                    "That one is to send it on; its rows there are old: 'recovery copies " + tenant
                            + " --remove' removes them.",
                    () -> settle(truth, lives, survey, "another database had it for an earlier epoch")));
        }
        if (truth.epoch().isAfter(placed.epoch()) || !truth.home().equals(placed.home())) {
            return Optional.of(new Consequence(
                    Change.DIRECTORY_BEHIND,
                    "The directory has it in " + placed.home() + " at epoch " + placed.epoch() + ", and it lives in "
                            + truth.home() + " at epoch " + truth.epoch() + ".",
                    "The directory is to say so.",
                    truth.epoch().isAfter(placed.epoch())
                            ? () -> settle(truth, lives, survey, "the directory was behind")
                            : null));
        }
        return Optional.empty();
    }

    /** The directory is never ahead of the homes, so the one that it names has forgotten. */
    private Consequence behind(Placement placed, Lives lives, String server, Survey survey) {
        Placement truth = lives.placement();
        boolean within = placed.home().database().server().equals(server)
                && truth.home().database().server().equals(server);
        Epoch next = placed.epoch().next();
        Placement again = new Placement(truth.tenant(), truth.home(), next);
        return within
                ? new Consequence(
                        Change.HAD_MOVED_WITHIN,
                        "The directory has it in " + placed.home() + " at epoch " + placed.epoch()
                                + ", of which the server knows nothing; it has it in " + truth.home() + " at epoch "
                                + truth.epoch() + ".",
                        "It is to live there, at epoch " + next + ".",
                        () -> settle(again, lives, survey, "the server does not remember its move"))
                : new Consequence(
                        Change.HAD_ARRIVED,
                        "The directory places it in " + placed.home() + " at epoch " + placed.epoch()
                                + ", which does not have it, and " + truth.home() + " has it at epoch " + truth.epoch()
                                + ".",
                        "If the rows there will do: 'recovery settle " + truth.tenant() + "' for that home.",
                        null);
    }

    private void settle(Placement placement, Lives lives, Survey survey, String why) {
        life.settle(placement, survey.knowing(placement.tenant()), lives.suspended(), why);
    }
}
