package dev.rehome.fleet;

import dev.rehome.move.MoveStatus;
import dev.rehome.placement.Placement;
import dev.rehome.verify.VerificationReport;
import java.util.List;
import java.util.Optional;

/**
 * What a look at a tenant has found. Immutable.
 *
 * @param placement as the directory has it
 * @param move that the tenant is in
 * @param tables of the home that serves, parents first
 * @param comparison of both homes of the move; empty if there is none, or nothing to compare yet
 * @param problems what is not as it has to be, with what to do about it
 * @param remarks what was not looked at
 */
public record TenantVerdict(
        Placement placement,
        Optional<MoveStatus> move,
        List<TableRows> tables,
        Optional<VerificationReport> comparison,
        List<String> problems,
        List<String> remarks) {

    public TenantVerdict {
        tables = List.copyOf(tables);
        problems = List.copyOf(problems);
        remarks = List.copyOf(remarks);
    }

    /** A table's rows of the tenant. */
    public record TableRows(String name, long rows) {}

    public boolean isClean() {
        return problems.isEmpty() && comparison.map(VerificationReport::clean).orElse(true);
    }

    public long rows() {
        return tables.stream().mapToLong(TableRows::rows).sum();
    }
}
