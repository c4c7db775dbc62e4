package dev.rehome.cli;

import dev.rehome.across.TenantRows;
import dev.rehome.tenant.TenantId;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * For people: columns as wide as the first tenant's rows are, since the rows are printed as they come. A longer value moves
 * what is right of it.
 */
final class TableRows extends RowPrinter {
    private static final int WIDTH_OF_A_TENANT = 36;
    private static final int WIDEST = 60;
    private static final String GAP = "  ";

    private final PrintWriter out;
    private final List<Integer> widths = new ArrayList<>();

    TableRows(PrintWriter out) {
        this.out = out;
    }

    @Override
    void begin(List<String> header, TenantRows first) {
        widths.add(WIDTH_OF_A_TENANT);
        for (int i = 0; i < header.size(); i++) {
            int width = header.get(i).length();
            for (List<@Nullable Object> row : first.rows()) {
                width = Math.max(width, text(row.get(i)).length());
            }
            widths.add(Math.min(width, WIDEST));
        }
        List<String> names = new ArrayList<>(List.of(TENANT));
        names.addAll(header);
        line(names);
        line(widths.stream().map("-"::repeat).toList());
    }

    @Override
    void row(TenantId tenant, List<@Nullable Object> row) {
        List<String> fields = new ArrayList<>(List.of(tenant.toString()));
        row.forEach(value -> fields.add(text(value)));
        line(fields);
    }

    @Override
    void end(long done, long failed, long cut) {}

    private void line(List<String> fields) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < fields.size(); i++) {
            line.append(fields.get(i));
            if (i < fields.size() - 1) {
                line.append(" ".repeat(Math.max(0, widths.get(i) - fields.get(i).length())))
                        .append(GAP);
            }
        }
        out.println(line);
    }

    /** A terminal obeys control characters, and these are other people's data. */
    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString().replaceAll("\\p{Cntrl}", " ");
    }
}
