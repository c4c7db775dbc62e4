package dev.rehome.cli;

import dev.rehome.across.AcrossTenants;
import dev.rehome.across.QueryRefusedException;
import dev.rehome.across.ReadOnlyQuery;
import dev.rehome.across.TenantQuery;
import dev.rehome.across.TenantResult;
import dev.rehome.across.TenantResults;
import dev.rehome.across.TenantRows;
import dev.rehome.across.TenantSelection;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks many tenants one question. */
@Command(
        name = "query",
        description = {
            "Asks each tenant the same query, in a read-only transaction in its own home, and prints the rows of all with the"
                    + " tenant they are of. Who asked, and why, is written into the audit of the directory first.",
            "One statement: select, with, values or table, without volatile functions.",
            "Exit status 0 if all were asked, 1 if the query failed for some."
        })
final class QueryCommand extends OperatorCommand {
    private static final int MOST_PARALLEL = 100;
    private static final int MOST_ROWS = 1_000_000;

    @Parameters(paramLabel = "SQL", description = "The query.")
    private String sql;

    @ArgGroup(multiplicity = "1")
    private Whom whom;

    /** Exactly one of these. */
    static final class Whom {
        @Option(names = "--all", required = true, description = "All tenants.")
        private boolean all;

        @Option(
                names = "--tier",
                required = true,
                paramLabel = "TIER",
                description = "Those in shared, schema or database.")
        private String tier;

        @Option(
                names = "--tenants",
                required = true,
                paramLabel = "TENANT",
                split = ",",
                description = "These, separated by commas.")
        private List<String> tenants;

        TenantSelection selection() {
            if (all) {
                return TenantSelection.all();
            }
            return tier != null
                    ? TenantSelection.in(tier(tier))
                    : TenantSelection.of(tenants.stream().map(TenantId::parse).toList());
        }

        private static Tier tier(String text) {
            for (Tier tier : Tier.values()) {
                if (tier.name().equalsIgnoreCase(text)) {
                    return tier;
                }
            }
            throw new RehomeException(
                    ErrorKind.USER, "'" + text + "' is no tier. There are shared, schema and database.");
        }
    }

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why, for the audit.")
    private String reason;

    @Option(
            names = "--parallel",
            paramLabel = "N",
            defaultValue = "4",
            description = "Tenants asked at a time. Default: ${DEFAULT-VALUE}.")
    private int parallel;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "For each tenant. Default: ${DEFAULT-VALUE}.")
    private int timeoutSeconds;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Rows of each tenant. Default: ${DEFAULT-VALUE}.")
    private int limit;

    @Option(names = "--csv", description = "Print CSV: a header, then the rows.")
    private boolean csv;

    @Override
    public Integer call() {
        require(parallel, MOST_PARALLEL, "--parallel");
        require(limit, MOST_ROWS, "--limit");
        require(timeoutSeconds, Integer.MAX_VALUE / 1000, "--timeout");
        if (csv && json()) {
            throw new RehomeException(ErrorKind.USER, "--csv and --json are two forms of one output. Choose.");
        }
        ReadOnlyQuery query = ReadOnlyQuery.of(sql);
        TenantSelection selection = whom.selection();
        OperatorTools tools = tools();
        tools.bringUpDirectory();
        try (TenantQuery work = tools.query(query, parallel, Duration.ofSeconds(timeoutSeconds), limit)) {
            AcrossTenants door = tools.acrossTenants(parallel);
            Interruption interruption = Interruption.ofThisThread();
            try (TenantResults<TenantRows> results =
                    door.acrossTenants(OperatorTools.operator(), reason, selection, work)) {
                return printUntilInterrupted(results, work);
            } catch (IOException e) {
                throw new UncheckedIOException("The output cannot be written.", e);
            } finally {
                interruption.close();
            }
        }
    }

    /** Ctrl-C ends the queries that run, so that the audit can have its end. */
    private int printUntilInterrupted(TenantResults<TenantRows> results, TenantQuery work) throws IOException {
        try {
            return print(results);
        } catch (InterruptedException e) {
            work.cancel();
            err().println(results.done() + " tenants were answered before it was stopped.");
            err().flush();
            return BAD_RESULT;
        }
    }

    private int print(TenantResults<TenantRows> results) throws InterruptedException, IOException {
        RowPrinter printer = csv ? new CsvRows(out()) : json() ? new JsonRows(out()) : new TableRows(out());
        int cut = 0;
        for (Optional<TenantResult<TenantRows>> next = results.next(); next.isPresent(); next = results.next()) {
            if (next.get() instanceof TenantResult.Failed<TenantRows> failed) {
                if (failed.failure() instanceof QueryRefusedException refused) {
                    throw refused; // as every tenant's server would
                }
                printer.failed(failed.tenant(), message(failed.failure()));
                err().println("tenant " + failed.tenant() + ": " + message(failed.failure()));
            } else if (next.get() instanceof TenantResult.Done<TenantRows> done) {
                printer.rows(done.tenant(), done.value());
                cut += done.value().cut() ? 1 : 0;
            }
        }
        printer.end(results.done(), results.failed(), cut);
        err().println(String.format(
                Locale.ROOT,
                "%d tenants answered, %d failed%s.",
                results.done(),
                results.failed(),
                cut == 0 ? "" : ", " + cut + " had more than " + limit + " rows, of which the rest is left out"));
        out().flush();
        err().flush();
        return results.failed() == 0 ? 0 : BAD_RESULT;
    }

    private static String message(Throwable failure) {
        return failure instanceof RehomeException ? String.valueOf(failure.getMessage()) : failure.toString();
    }

    private static void require(int value, int most, String option) {
        if (value < 1 || value > most) {
            throw new RehomeException(ErrorKind.USER, option + " is 1 to " + most + ". Correct it.");
        }
    }
}
