package dev.rehome.life;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.HomeColumns;
import dev.rehome.placement.Server;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where there can be something of a tenant: the homes that it lives in, has ever lived in, was to live in, or could have by the
 * names in the strategy file; their databases; files that were written when a home of its was retired or it was archived.
 */
record Places(Set<Home> homes, Set<Database> databases, Set<Path> files) {

    static Places of(LifeTools tools, TenantRecord record) {
        Set<Home> homes = new LinkedHashSet<>();
        record.placement().ifPresent(placement -> homes.add(placement.home()));
        record.home().ifPresent(homes::add);
        homes.addAll(moved(tools, record.tenant()));
        homes.addAll(named(tools, record.tenant()));
        Set<Database> databases =
                homes.stream().map(Home::database).collect(Collectors.toCollection(LinkedHashSet::new));
        Set<Path> files = new LinkedHashSet<>();
        record.archive().ifPresent(archive -> files.add(archive.file()));
        Path folder = tools.strategy().migration().archive();
        if (folder != null) {
            files.addAll(filesOf(record.tenant(), folder));
        }
        return new Places(homes, databases, files);
    }

    /** Both ends of every move that there ever was. */
    private static Set<Home> moved(LifeTools tools, TenantId tenant) {
        return tools.connections().transact(connection -> {
            Set<Home> homes = new LinkedHashSet<>();
            try (PreparedStatement statement = connection.prepareStatement(
                    "select from_tier, from_server, from_database, from_schema, to_tier, to_server, to_database, to_schema"
                            + " from rehome_directory.move where tenant_id = ? order by started_at")) {
                statement.setObject(1, tenant.value());
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        homes.add(HomeColumns.read(row, 1));
                        homes.add(HomeColumns.read(row, 5));
                    }
                }
            }
            return homes;
        });
    }

    private static Set<Home> named(LifeTools tools, TenantId tenant) {
        Set<Home> homes = new LinkedHashSet<>();
        for (Server server : tools.servers().all()) {
            for (Tier tier : Tier.values()) {
                try {
                    homes.add(tools.strategy().homeFor(tenant, tier, server.name()));
                } catch (RehomeException e) {
                    if (e.kind() != ErrorKind.USER) {
                        throw e;
                    }
                    // A server that only the pattern names has neither shared tables nor schemas.
                }
            }
        }
        return homes;
    }

    /** As archives and retired homes' files are called: the tenant's id first. */
    static List<Path> filesOf(TenantId tenant, Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, tenant + "-*.zip*")) {
            List<Path> files = new ArrayList<>();
            found.forEach(files::add);
            return files;
        } catch (IOException e) {
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    "The folder of archives " + folder + " cannot be read: " + e + ". Mend that first.",
                    e);
        }
    }
}
