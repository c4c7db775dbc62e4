package dev.rehome.backfill;

import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.SchemaRelations;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.placement.Home;
import dev.rehome.placement.Servers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * In which order tables are filled while foreign keys are enforced: parents first. Tables that refer to themselves or to
 * each other in a circle are filled in one transaction, at whose end their foreign keys are checked.
 */
final class LoadOrder {
    private static final String REFERENCES = SchemaRelations.ofNamed("""
            select c.relname, r.relname
              from ${relations} c
              join pg_constraint f on f.conrelid = c.oid and f.contype = 'f'
              join pg_class r on r.oid = f.confrelid and r.relnamespace = c.relnamespace""");

    private LoadOrder() {}

    /** @param inOneTransaction whether all rows of these tables have to be committed together */
    record Step(List<TenantTable> tables, boolean inOneTransaction) {}

    static List<Step> read(Servers servers, Home target, TenantTables tables) throws SQLException {
        List<TenantTable> parentsFirst = tables.parentsFirst();
        List<String> names = parentsFirst.stream().map(TenantTable::name).toList();
        // For each table the last one it refers to, if that is not before it.
        int[] reach = new int[names.size()];
        Arrays.fill(reach, -1);
        try (Connection connection = servers.open(target, DatabaseRole.MOVER, Backfill.APPLICATION);
                PreparedStatement statement = connection.prepareStatement(REFERENCES)) {
            statement.setString(1, target.schema());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    int child = names.indexOf(row.getString(1));
                    int parent = names.indexOf(row.getString(2));
                    if (child >= 0 && parent >= child) {
                        reach[child] = Math.max(reach[child], parent);
                    }
                }
            }
        }
        List<Step> steps = new ArrayList<>();
        for (int first = 0; first < reach.length; ) {
            int last = first;
            for (int i = first; i <= last; i++) {
                last = Math.max(last, reach[i]);
            }
            steps.add(new Step(parentsFirst.subList(first, last + 1), reach[first] >= first));
            first = last + 1;
        }
        return steps;
    }
}
