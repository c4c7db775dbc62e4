package dev.rehome.alert;

import dev.rehome.config.AlertsConfig;
import dev.rehome.move.MoveStatus;
import dev.rehome.watch.FleetCheck;
import dev.rehome.watch.FleetState;
import dev.rehome.watch.MoveConcerns;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is looked for, with how long it has to last before somebody is told. */
public enum Condition {
    MOVE_UNATTENDED(Severity.CRITICAL, Duration.ofMinutes(2)) {
        @Override
        Stream<Symptom> in(FleetState state, MoveConcerns concerns, AlertsConfig config) {
            return moves(
                    state,
                    move -> concerns.isUnattended(move, state.at()),
                    move -> "nobody runs it in " + move.move().phase() + "; last by "
                            + move.holder().orElse("somebody who gave it back") + ". Run 'move run "
                            + move.move().id() + "'.");
        }
    },
    MOVE_STOPPED(Severity.CRITICAL, Duration.ZERO) {
        @Override
        Stream<Symptom> in(FleetState state, MoveConcerns concerns, AlertsConfig config) {
            return moves(
                    state,
                    concerns::isStopped,
                    move -> "it has failed in " + move.move().phase() + ": "
                            + sentence(move.failure()) + " Mend that and run 'move run "
                            + move.move().id() + "', or cancel it.");
        }
    },
    MOVE_STUCK(Severity.WARNING, Duration.ZERO) {
        @Override
        Stream<Symptom> in(FleetState state, MoveConcerns concerns, AlertsConfig config) {
            return moves(
                    state,
                    move -> concerns.isStuck(move, state.at()),
                    move -> "it has been waiting in " + move.move().phase() + " since "
                            + move.waitingSince().map(Object::toString).orElse("") + ": "
                            + sentence(move.waitingFor()));
        }
    },
    SERVER_NEEDS_LONG_REST(Severity.WARNING, Duration.ZERO) {
        @Override
        Stream<Symptom> in(FleetState state, MoveConcerns concerns, AlertsConfig config) {
            return moves(
                    state,
                    move -> concerns.rest(move, state.at()).compareTo(LONG_REST) > 0,
                    move -> "it has been giving a server rest since "
                            + move.restingSince().map(Object::toString).orElse("") + ": "
                            + sentence(move.waitingFor()) + " Look at that server's load.");
        }
    },
    PAUSE_OVER_BUDGET(Severity.WARNING, Duration.ZERO) {
        @Override
        Stream<Symptom> in(FleetState state, MoveConcerns concerns, AlertsConfig config) {
            Duration longest = state.pauses().longest();
            return fleet(
                    longest.compareTo(concerns.pauseBudget()) > 0,
                    "a cutover of the last day held requests up for " + longest.toMillis() + " ms; "
                            + concerns.pauseBudget().toMillis() + " ms are allowed (max_pause).");
        }
    },
    VERIFICATION_DIFFERS(Severity.CRITICAL, Duration.ZERO) {
        @Override
        Stream<Symptom> in(FleetState state, MoveConcerns concerns, AlertsConfig config) {
            return moves(
                    state,
                    move -> {
                        FleetState.Verification latest =
                                state.verifications().get(move.move().id());
                        return latest != null && !latest.isEqual();
                    },
                    move -> "its latest verification found rows that differ and are not repaired. Look at 'move status "
                            + move.move().id() + "'.");
        }
    },
    SOAK_ENDS_UNVERIFIED(Severity.WARNING, Duration.ZERO) {
        @Override
        Stream<Symptom> in(FleetState state, MoveConcerns concerns, AlertsConfig config) {
            return moves(
                    state,
                    move -> concerns.endsUnverified(move, state),
                    move -> "its soak is about to end, and there is no clean verdict of late. Run 'verify "
                            + move.move().tenant() + "'.");
        }
    },
    ISOLATION_BROKEN(Severity.CRITICAL, Duration.ZERO) {
        @Override
        Stream<Symptom> in(FleetState state, MoveConcerns concerns, AlertsConfig config) {
            return check(state, FleetCheck.Kind.DOCTOR, "doctor");
        }
    },
    SCHEMA_DRIFT(Severity.WARNING, Duration.ZERO) {
        @Override
        Stream<Symptom> in(FleetState state, MoveConcerns concerns, AlertsConfig config) {
            return check(state, FleetCheck.Kind.DRIFT, "schema drift");
        }
    },
    SCHEMA_RUN_FAILED(Severity.WARNING, Duration.ZERO) {
        @Override
        Stream<Symptom> in(FleetState state, MoveConcerns concerns, AlertsConfig config) {
            long failed = state.schemaRunHomes().getOrDefault("failed", 0L);
            return fleet(
                    failed > 0,
                    failed
                            + " homes of an open run of the changelog have failed. Look at 'schema status', mend them, and run"
                            + " 'schema retry'.");
        }
    },
    LIFE_OPERATION_CUT_OFF(Severity.WARNING, Duration.ZERO) {
        @Override
        Stream<Symptom> in(FleetState state, MoveConcerns concerns, AlertsConfig config) {
            return state.undertakings().stream()
                    .filter(each -> Duration.between(each.since(), state.at()).compareTo(LONG_OPERATION) > 0)
                    .map(each -> new Symptom(
                            this,
                            "tenant " + each.tenant(),
                            "'" + each.operation() + "' has not got on since " + each.since()
                                    + ". If nobody is at it, repeat it."));
        }
    },
    STATISTICS_STALE(Severity.WARNING, Duration.ofMinutes(10)) {
        @Override
        Stream<Symptom> in(FleetState state, MoveConcerns concerns, AlertsConfig config) {
            FleetState.Statistics statistics = state.statistics();
            return Stream.concat(
                    fleet(
                            statistics.age().compareTo(config.statisticsAge()) > 0,
                            "the oldest size of a tenant is of "
                                    + statistics.age().toMinutes()
                                    + " min ago. Run 'statistics --collect', and see why nobody does."),
                    Stream.of(new Symptom(
                                    this,
                                    "applications",
                                    statistics.silent()
                                            + " processes have stopped to take their statistics to the directory. Look at their"
                                            + " logs."))
                            .filter(symptom -> statistics.silent() > 0));
        }
    },
    NIGHTLY_EXPORT_FAILED(Severity.WARNING, Duration.ofMinutes(30)) {
        @Override
        Stream<Symptom> in(FleetState state, MoveConcerns concerns, AlertsConfig config) {
            return state.failedExport().stream()
                    .map(failed -> new Symptom(
                            this,
                            FLEET,
                            "the nightly export has failed " + failed.times() + " times in a row: "
                                    + sentence(Optional.of(failed.failure()))
                                    + " Mend that; it goes on with what is missing while its window is open, or run"
                                    + " 'recovery export-all'."));
        }
    },
    DIRECTORY_DOWN(Severity.CRITICAL, Duration.ofMinutes(1)) {
        /** If it can be read it is up: whoever could not says so. */
        @Override
        Stream<Symptom> in(FleetState state, MoveConcerns concerns, AlertsConfig config) {
            return Stream.empty();
        }
    };

    /** What an alert is about that is about no move, tenant or check. */
    static final String FLEET = "fleet";

    private static final Duration LONG_REST = Duration.ofMinutes(30);
    private static final Duration LONG_OPERATION = Duration.ofHours(1);

    private final Severity severity;
    private final Duration lasts;

    Condition(Severity severity, Duration lasts) {
        this.severity = severity;
        this.lasts = lasts;
    }

    abstract Stream<Symptom> in(FleetState state, MoveConcerns concerns, AlertsConfig config);

    /** Whatever holds at the moment, for however short a time. */
    public static List<Symptom> allIn(FleetState state, MoveConcerns concerns, AlertsConfig config) {
        return Stream.of(values())
                .flatMap(condition -> condition.in(state, concerns, config))
                .toList();
    }

    /** As {@code config/alerts.yaml} has it. */
    public String alert() {
        return "Rehome"
                + Stream.of(name().split("_", -1))
                        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining());
    }

    public Severity severity() {
        return severity;
    }

    /** How long it has to hold before it is an alert. */
    public Duration lasts() {
        return lasts;
    }

    static String runbook(String alert) {
        return "operations.md#" + alert.toLowerCase(Locale.ROOT);
    }

    Stream<Symptom> moves(FleetState state, Predicate<MoveStatus> which, Function<MoveStatus, String> text) {
        return state.moves().stream()
                .filter(which)
                .map(move -> new Symptom(
                        this,
                        "move " + move.move().id(),
                        "Tenant " + move.move().tenant() + ": " + text.apply(move)));
    }

    Stream<Symptom> check(FleetState state, FleetCheck.Kind kind, String command) {
        return state.checks().stream()
                .filter(check -> check.kind() == kind && check.problemCount() > 0)
                .map(check -> new Symptom(
                        this,
                        command,
                        check.problemCount() + " problems at " + check.checkedAt() + ", such as: "
                                + sentence(check.problems().stream().findFirst()) + " Run '" + command + "'."));
    }

    static String sentence(Optional<String> text) {
        String words = text.orElse("nobody has said why").stripTrailing();
        return words.endsWith(".") ? words : words + ".";
    }

    Stream<Symptom> fleet(boolean holds, String text) {
        return Stream.of(new Symptom(this, FLEET, text)).filter(symptom -> holds);
    }
}
