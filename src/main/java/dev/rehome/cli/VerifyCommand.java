package dev.rehome.cli;

import dev.rehome.dashboard.HomeView;
import dev.rehome.fleet.TenantVerdict;
import dev.rehome.fleet.TenantVerdict.TableRows;
import dev.rehome.move.MoveStatus;
import dev.rehome.tenant.TenantId;
import dev.rehome.verify.Difference;
import dev.rehome.verify.VerificationReport;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Looks whether a tenant is where it has to be. */
@Command(
        name = "verify",
        description = {
            "Looks whether a tenant is where it has to be and nowhere else; if it is in a move, whether both homes have the same"
                    + " rows. Repairs nothing.",
            "Exit status 0 if all is well, 1 if not."
        })
final class VerifyCommand extends OperatorCommand {
    private static final int NAMED_DIFFERENCES = 20;

    @Parameters(paramLabel = "TENANT", description = "Its UUID.")
    private String tenant;

    /** A row that the homes disagree about. */
    record DifferenceView(String table, List<String> key, String kind) {
        static DifferenceView of(Difference difference) {
            return new DifferenceView(
                    difference.table(), difference.key(), difference.kind().name());
        }
    }

    /** @param comparedRows absent if the tenant is in no move that keeps both homes alike */
    record VerdictView(
            String tenant,
            HomeView home,
            long epoch,
            boolean clean,
            List<TableRows> tables,
            @Nullable String moveId,
            @Nullable String movePhase,
            @Nullable Long comparedRows,
            @Nullable Long differences,
            @Nullable List<DifferenceView> firstDifferences,
            List<String> problems,
            List<String> remarks) {
        static VerdictView of(TenantVerdict verdict) {
            return new VerdictView(
                    verdict.placement().tenant().toString(),
                    HomeView.of(verdict.placement().home()),
                    verdict.placement().epoch().value(),
                    verdict.isClean(),
                    verdict.tables(),
                    verdict.move().map(status -> status.move().id().toString()).orElse(null),
                    verdict.move().map(status -> status.move().phase().name()).orElse(null),
                    verdict.comparison().map(VerificationReport::rows).orElse(null),
                    verdict.comparison()
                            .map(VerificationReport::differenceCount)
                            .orElse(null),
                    verdict.comparison()
                            .map(report -> report.differences().stream()
                                    .map(DifferenceView::of)
                                    .toList())
                            .orElse(null),
                    verdict.problems(),
                    verdict.remarks());
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        TenantVerdict verdict = tools().tenantCheck().check(TenantId.parse(tenant));
        print(VerdictView.of(verdict), text(verdict));
        return verdict.isClean() ? 0 : BAD_RESULT;
    }

    private static String text(TenantVerdict verdict) {
        StringBuilder text = new StringBuilder("tenant  " + verdict.placement().tenant() + "\nhome    "
                + verdict.placement().home() + " at epoch "
                + verdict.placement().epoch() + "\n");
        verdict.move()
                .map(MoveStatus::move)
                .ifPresent(move -> text.append("move    ")
                        .append(move.id())
                        .append(" to ")
                        .append(move.target())
                        .append(", in ")
                        .append(move.phase())
                        .append('\n'));
        verdict.tables()
                .forEach(table ->
                        text.append(String.format(Locale.ROOT, "  %-24s %,12d rows%n", table.name(), table.rows())));
        verdict.comparison().ifPresent(report -> {
            text.append(String.format(
                    Locale.ROOT, "compared %,d rows, %,d differences%n", report.rows(), report.differenceCount()));
            report.differences().stream()
                    .limit(NAMED_DIFFERENCES)
                    .forEach(difference -> text.append("  ")
                            .append(difference.kind())
                            .append(' ')
                            .append(difference.table())
                            .append(' ')
                            .append(difference.key())
                            .append('\n'));
        });
        verdict.remarks()
                .forEach(remark -> text.append("remark  ").append(remark).append('\n'));
        verdict.problems()
                .forEach(problem -> text.append("PROBLEM ").append(problem).append('\n'));
        return text.append(verdict.isClean() ? "All is well." : "Not all is well.")
                .toString();
    }
}
