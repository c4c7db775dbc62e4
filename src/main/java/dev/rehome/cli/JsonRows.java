package dev.rehome.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.rehome.across.TenantRows;
import dev.rehome.tenant.TenantId;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** As one JSON value: the columns, a list of rows (each a list in the order of the columns), then what failed. */
final class JsonRows extends RowPrinter {
    private final PrintWriter out;
    private final JsonGenerator json;
    private final Map<String, String> failures = new LinkedHashMap<>();

    JsonRows(PrintWriter out) throws IOException {
        this.out = out;
        this.json = JsonMapper.builder()
                .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .build()
                .createGenerator(out);
    }

    @Override
    void begin(List<String> header, TenantRows first) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("columns");
        json.writeString(TENANT);
        for (String name : header) {
            json.writeString(name);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("rows");
    }

    @Override
    void row(TenantId tenant, List<@Nullable Object> row) throws IOException {
        json.writeStartArray();
        json.writeString(tenant.toString());
        for (Object value : row) {
            json.writePOJO(value);
        }
        json.writeEndArray();
    }

    @Override
    void failed(TenantId tenant, String message) {
        failures.put(tenant.toString(), message);
    }

    @Override
    void end(long done, long failed, long cut) throws IOException {
        if (hasBegun()) {
            json.writeEndArray();
        } else {
            json.writeStartObject();
        }
        json.writeNumberField("answered", done);
        json.writeNumberField("failed", failed);
        json.writeNumberField("cut", cut);
        json.writePOJOField("failures", failures);
        json.writeEndObject();
        json.close();
        out.println();
    }
}
