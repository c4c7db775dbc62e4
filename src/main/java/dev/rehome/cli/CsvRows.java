package dev.rehome.cli;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.QuoteStrategies;
import dev.rehome.across.TenantRows;
import dev.rehome.tenant.TenantId;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** As CSV: a header, then the rows. What is null is empty without quotes, an empty text has them. */
final class CsvRows extends RowPrinter {
    private final CsvWriter csv;

    CsvRows(PrintWriter out) {
        this.csv = CsvWriter.builder().quoteStrategy(QuoteStrategies.EMPTY).build(out);
    }

    @Override
    void begin(List<String> header, TenantRows first) {
        List<String> names = new ArrayList<>(List.of(TENANT));
        names.addAll(header);
        csv.writeRecord(names);
    }

    @Override
    void row(TenantId tenant, List<@Nullable Object> row) {
        var line = csv.writeRecord().writeField(tenant.toString());
        row.forEach(value -> line.writeField(value == null ? null : value.toString()));
        line.endRecord();
    }

    @Override
    void end(long done, long failed, long cut) throws IOException {
        csv.flush();
    }
}
