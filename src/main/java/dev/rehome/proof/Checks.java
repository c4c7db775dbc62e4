package dev.rehome.proof;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Asks many checks in one statement: a proof takes a few round trips, however much it looks at. */
final class Checks {
    private Checks() {}

    /** One statement of all: what they have in common, then each one's query. Its rows: check, problem, what mends it. */
    static <C extends Enum<C>> String together(String common, C[] checks, Function<C, String> sql) {
        StringBuilder all = new StringBuilder(common);
        for (int no = 0; no < checks.length; no++) {
            C check = checks[no];
            all.append(no == 0 ? "" : "\nunion all\n")
                    .append("select ")
                    .append(no)
                    .append(" as no, '")
                    .append(check.name())
                    .append("' as check_name, f.problem::text, f.mend::text from (\n")
                    .append(sql.apply(check))
                    .append("\n) as f (problem, mend)");
        }
        return all.append("\norder by no, problem").toString();
    }

    static List<Finding> findings(PreparedStatement statement) throws SQLException {
        List<Finding> findings = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                findings.add(new Finding(row.getString(2), row.getString(3), row.getString(4)));
            }
        }
        return findings;
    }
}
