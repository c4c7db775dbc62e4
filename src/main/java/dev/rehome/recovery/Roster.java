package dev.rehome.recovery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.tenant.TenantId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the directory knows of tenants and no home does: their names and hosts, and how they stand. Kept beside each night's exports,
 * as JSON. Immutable.
 *
 * @param writtenAt as ISO 8601, in UTC
 */
record Roster(String writtenAt, List<Entry> tenants) {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(
                    DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final String TENANTS = """
            select t.tenant_id, t.name, coalesce(l.state, 'ACTIVE'),
                   coalesce(p.tier || ' ' || p.server_name || '/' || p.database_name || '.' || p.schema_name, ''), coalesce(p.epoch, 0),
                   array(select h.host from rehome_directory.tenant_host h where h.tenant_id = t.tenant_id order by h.host)
              from rehome_directory.tenant t
              left join rehome_directory.placement p on p.tenant_id = t.tenant_id
              left join rehome_directory.tenant_life l on l.tenant_id = t.tenant_id
             order by t.tenant_id""";
    private static final int FETCH_SIZE = 5_000;

    /** @param home for people; empty if it has none */
    record Entry(String tenant, String name, String state, String home, long epoch, List<String> hosts) {
        Entry {
            hosts = List.copyOf(hosts);
        }
    }

    static final Roster EMPTY = new Roster("", List.of());

    Roster {
        tenants = List.copyOf(tenants);
    }

    /** As the directory is now. */
    static Roster of(ConnectionSource directory) {
        return directory.transact(connection -> {
            List<Entry> entries = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(TENANTS)) {
                statement.setFetchSize(FETCH_SIZE);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        entries.add(new Entry(
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4),
                                row.getLong(5),
                                List.of((String[]) row.getArray(6).getArray())));
                    }
                }
            }
            return new Roster(Instant.now().toString(), entries);
        });
    }

    Map<TenantId, Entry> byTenant() {
        Map<TenantId, Entry> map = new LinkedHashMap<>();
        tenants.forEach(entry -> map.put(TenantId.parse(entry.tenant), entry));
        return map;
    }

    /** Writes it, or leaves what is there. */
    void write(Path file) {
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        try {
            Files.writeString(partial, MAPPER.writeValueAsString(this), StandardCharsets.UTF_8);
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A roster of ours cannot be written as JSON.", e);
        } catch (IOException e) {
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    "The file " + file + " could not be written: " + e + ". Make room, and try again.",
                    e);
        }
    }

    /** @throws RehomeException (USER) if it is none */
    static Roster read(Path file) {
        try {
            return MAPPER.readValue(Files.readString(file), Roster.class);
        } catch (IOException e) {
            throw new RehomeException(
                    ErrorKind.USER,
                    file
                            + " is not a list of tenants as a nightly export writes it, or is damaged. Name another folder,"
                            + " or none: then tenants get back neither names nor hosts.",
                    e);
        }
    }
}
