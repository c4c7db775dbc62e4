package dev.rehome.dashboard;

import dev.rehome.dashboard.Check.Progress;
import dev.rehome.dashboard.Check.Work;
import dev.rehome.doctor.Ailment;
import dev.rehome.doctor.Diagnosis;
import dev.rehome.doctor.Doctor;
import dev.rehome.error.ErrorKind;
import dev.rehome.fleet.TenantCheck;
import dev.rehome.fleet.TenantVerdict;
import dev.rehome.fleet.drift.Difference;
import dev.rehome.fleet.drift.Drift;
import dev.rehome.fleet.drift.HomeDrift;
import dev.rehome.fleet.drift.HomeDrift.AtAnotherLevel;
import dev.rehome.fleet.drift.HomeDrift.Drifted;
import dev.rehome.fleet.drift.HomeDrift.NotSeen;
import dev.rehome.fleet.levels.LevelSurvey;
import dev.rehome.fleet.levels.SchemaPlan;
import dev.rehome.tenant.TenantId;
import dev.rehome.watch.FleetCheck.Kind;
import dev.rehome.watch.FleetChecks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the checks do, and how what they find is answered. Never with a row of a tenant: with counts, names of things and statements. */
final class CheckResults {
    static final String LEVELS = "levels";
    static final String DRIFT = "drift";
    static final String DOCTOR = "doctor";
    private static final int PARALLEL = 4;
    /** Of each kind: with more, something is wrong everywhere. */
    private static final int MOST_FOUND = 300;

    private CheckResults() {}

    /** @param kept where others look for what was found of drift and by the doctor: metrics, alerts, the page of another process */
    static Map<String, Work> all(
            Supplier<LevelSurvey> levels, Supplier<Drift> drift, Supplier<Doctor> doctor, FleetChecks kept) {
        Map<String, Work> all = new LinkedHashMap<>();
        all.put(LEVELS, (progress, by) -> Levels.of(SchemaPlan.of(levels.get())));
        all.put(DRIFT, (progress, by) -> {
            Drifts found = Drifts.of(drift.get(), progress);
            kept.keep(Kind.DRIFT, by, found.homes(), found.driftedInAll() + found.notSeenInAll(), found.problems());
            return found;
        });
        all.put(DOCTOR, (progress, by) -> {
            Health found = Health.of(doctor.get().examine(PARALLEL, progress::come));
            kept.keep(Kind.DOCTOR, by, found.homes(), found.findingsInAll(), found.problems());
            return found;
        });
        return all;
    }

    static Function<TenantId, Work> ofTenant(Supplier<TenantCheck> check) {
        return tenant -> (progress, by) -> Verdict.of(check.get().check(tenant));
    }

    /** @param ordinaryBecause why each home needs a run of Liquibase of its own; absent if the SQL is replayed */
    record LevelGroup(
            String server,
            String level,
            long homes,
            HomeView example,
            List<String> missing,
            @Nullable String ordinaryBecause) {
        static LevelGroup of(SchemaPlan.Group group) {
            return new LevelGroup(
                    group.server(),
                    group.level().toString(),
                    group.homes(),
                    HomeView.of(group.example()),
                    group.rendering().changesets().stream()
                            .map(Object::toString)
                            .toList(),
                    group.rendering().ordinaryBecause().orElse(null));
        }
    }

    record Levels(
            long homes,
            long upToDate,
            List<LevelGroup> groups,
            Map<String, List<String>> databases,
            List<String> unreachable) {
        static Levels of(SchemaPlan plan) {
            Map<String, List<String>> databases = new TreeMap<>();
            plan.databases().forEach((database, missing) -> databases.put(database.toString(), missing));
            return new Levels(
                    plan.homes(),
                    plan.upToDate(),
                    plan.groups().stream().map(LevelGroup::of).toList(),
                    databases,
                    plan.unreachable().values().stream()
                            .map(Throwable::getMessage)
                            .map(String::valueOf)
                            .toList());
        }
    }

    record Drifts(
            int homes,
            int same,
            int driftedInAll,
            int atAnotherLevelInAll,
            int notSeenInAll,
            List<DriftedHome> drifted,
            List<OtherLevel> atAnotherLevel,
            List<Unseen> notSeen) {

        /** Each in a line. */
        private List<String> problems() {
            return Stream.concat(
                            drifted.stream()
                                    .flatMap(home -> home.differences().stream()
                                            .map(found -> home.home() + ": " + found.problem() + ".")),
                            notSeen.stream().map(home -> home.home() + ": " + home.problem()))
                    .toList();
        }

        record Found(String problem, String mend, boolean losesData) {
            static Found of(Difference difference) {
                return new Found(difference.problem(), difference.mend(), difference.losesData());
            }
        }

        record DriftedHome(String home, List<Found> differences) {}

        record OtherLevel(String home, List<String> lacks, List<String> further) {}

        record Unseen(String home, String problem) {}

        static Drifts of(Drift drift, Progress progress) {
            List<DriftedHome> drifted = new ArrayList<>();
            List<OtherLevel> others = new ArrayList<>();
            List<Unseen> unseen = new ArrayList<>();
            Drift.Summary summary = drift.find(new Drift.Listener() {
                @Override
                public void looked(int done, int total) {
                    progress.come(done, total);
                }

                @Override
                public void found(HomeDrift found) {
                    String home = found.home().toString();
                    if (found instanceof Drifted other && drifted.size() < MOST_FOUND) {
                        drifted.add(new DriftedHome(
                                home,
                                other.differences().stream().map(Found::of).toList()));
                    } else if (found instanceof AtAnotherLevel other && others.size() < MOST_FOUND) {
                        others.add(new OtherLevel(home, other.lacks(), other.further()));
                    } else if (found instanceof NotSeen other && unseen.size() < MOST_FOUND) {
                        unseen.add(new Unseen(home, other.problem()));
                    }
                }
            });
            return new Drifts(
                    summary.homes(),
                    summary.same(),
                    summary.drifted(),
                    summary.atAnotherLevel(),
                    summary.notSeen(),
                    List.copyOf(drifted),
                    List.copyOf(others),
                    List.copyOf(unseen));
        }
    }

    /** @param kind the most pressing one; absent if all is well */
    record Health(
            boolean well,
            @Nullable String kind,
            List<Diagnosis.ServerState> servers,
            int databases,
            int homes,
            long tenants,
            int findingsInAll,
            List<Ailment> findings) {

        /** Each in a line. */
        private List<String> problems() {
            return findings.stream().map(Ailment::sentence).toList();
        }

        static Health of(Diagnosis diagnosis) {
            return new Health(
                    diagnosis.ailments().isEmpty(),
                    diagnosis.kind().map(ErrorKind::name).orElse(null),
                    diagnosis.servers(),
                    diagnosis.databases(),
                    diagnosis.homes(),
                    diagnosis.tenants(),
                    diagnosis.ailments().size(),
                    diagnosis.ailments().stream().limit(MOST_FOUND).toList());
        }
    }

    /** @param comparison of both homes of the tenant's move; absent if there is nothing to compare */
    record Verdict(
            boolean clean,
            long rows,
            List<TenantVerdict.TableRows> tables,
            @Nullable ComparisonView comparison,
            List<String> problems,
            List<String> remarks) {
        static Verdict of(TenantVerdict verdict) {
            return new Verdict(
                    verdict.isClean(),
                    verdict.rows(),
                    verdict.tables(),
                    verdict.comparison().map(ComparisonView::of).orElse(null),
                    verdict.problems(),
                    verdict.remarks());
        }
    }
}
