package dev.rehome.recovery;

import dev.rehome.config.StrategyConfig;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.export.ExportFile;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.life.TenantLife;
import dev.rehome.life.TenantRecord;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Placement;
import dev.rehome.recovery.Survey.Traces;
import dev.rehome.recovery.Verdict.Contested;
import dev.rehome.recovery.Verdict.Lives;
import dev.rehome.recovery.Verdict.Missing;
import dev.rehome.schema.Homes;
import dev.rehome.tenant.TenantId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes a directory anew from what the databases say. A tenant of which they do not say one thing is named and not written. Names, hosts
 * and archives come from files, if there are some; journals, statistics, records of deletions and the audit do not come back.
 */
public final class DirectoryRebuild {
    private static final Pattern ARCHIVE =
            Pattern.compile("([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-archive-([0-9]+)\\.zip");

    private final StrategyConfig strategy;
    private final Homes homes;
    private final DirectoryRows rows;
    private final TenantLife life;

    /** @param directory connections to the database that it is to be in */
    public DirectoryRebuild(StrategyConfig strategy, Homes homes, ConnectionSource directory, TenantLife life) {
        this.strategy = strategy;
        this.homes = homes;
        this.rows = new DirectoryRows(directory);
        this.life = life;
    }

    /**
     * How it is done.
     *
     * @param missingOnly whether tenants are added to a directory that has some
     * @param dryRun whether nothing is written
     * @param endMoves whether what moves had switched on, of which nobody knows any more, is switched off
     * @param exports the folder of the nightly exports, for names and hosts; null for none
     */
    public record Order(
            boolean missingOnly,
            boolean dryRun,
            boolean endMoves,
            @Nullable Path exports) {}

    /**
     * A tenant that was found.
     *
     * @param placement empty if it is archived
     * @param leaseNo the greatest that anybody had claimed and not given back
     * @param lastEpoch the greatest that is known of it
     * @param remarks sentences, with what to do
     */
    public record Found(
            TenantId tenant,
            String name,
            Optional<Placement> placement,
            Optional<TenantRecord.Archived> archive,
            boolean suspended,
            long leaseNo,
            long lastEpoch,
            List<String> hosts,
            List<String> remarks) {
        public Found {
            hosts = List.copyOf(hosts);
            remarks = List.copyOf(remarks);
        }
    }

    /** @param claims what the databases say, a line each */
    public record Undecided(TenantId tenant, String reason, List<String> claims) {
        public Undecided {
            claims = List.copyOf(claims);
        }
    }

    /**
     * What was found.
     *
     * @param known tenants that the directory had, which were left alone
     * @param databases that were looked at
     */
    public record Report(
            int known,
            int databases,
            List<Found> found,
            List<Undecided> undecided,
            List<String> notSeen,
            boolean written) {
        public Report {
            found = List.copyOf(found);
            undecided = List.copyOf(undecided);
            notSeen = List.copyOf(notSeen);
        }
    }

    /**
     * Does it.
     *
     * @throws RehomeException (USER) if the directory has tenants and only the missing are not asked for
     */
    public Report run(Order order, Survey.Listener listener) {
        requireDatabase();
        if (!order.dryRun) {
            homes.bringUpDirectory();
        }
        Set<TenantId> known = rows.tenants();
        if (!known.isEmpty() && !order.missingOnly) {
            throw new RehomeException(
                    ErrorKind.USER,
                    "The directory has " + known.size()
                            + " tenants. With --missing-only those that it lacks are added, and nothing that is there is changed.");
        }
        Survey survey = Survey.of(strategy, strategy.servers(), listener);
        Map<TenantId, Roster.Entry> roster =
                (order.exports == null ? Roster.EMPTY : new BackupFolder(order.exports).latestRoster()).byTenant();
        List<Found> found = new ArrayList<>();
        List<Undecided> undecided = new ArrayList<>();
        survey.claims().forEach((tenant, claims) -> {
            if (known.contains(tenant)) {
                return;
            }
            Verdict verdict = Verdict.of(claims, survey.databases());
            if (verdict instanceof Lives lives) {
                found.add(found(tenant, lives, claims, survey, roster.get(tenant), order.endMoves));
            } else if (verdict instanceof Missing missing) {
                undecided.add(new Undecided(tenant, missing.reason(), lines(claims)));
            } else if (verdict instanceof Contested contested) {
                undecided.add(new Undecided(tenant, contested.reason(), lines(claims)));
            }
        });
        archives().forEach((tenant, archive) -> {
            if (!known.contains(tenant) && !survey.claims().containsKey(tenant)) {
                found.add(archived(tenant, archive, roster.get(tenant)));
            }
        });
        Set<TenantId> foundTenants = found.stream().map(Found::tenant).collect(Collectors.toSet());
        roster.forEach((tenant, entry) -> {
            if (!known.contains(tenant) && !survey.claims().containsKey(tenant) && !foundTenants.contains(tenant)) {
                undecided.add(new Undecided(
                        tenant,
                        "no database has heard of it; by the list of the latest nightly export it was " + entry.state()
                                + (entry.home().isEmpty() ? "" : " in " + entry.home()),
                        List.of()));
            }
        });
        if (!order.dryRun) {
            rows.write(found);
            if (order.endMoves) {
                endMoves(found, survey);
            }
        }
        return new Report(known.size(), survey.databases().size(), found, undecided, survey.notSeen(), !order.dryRun);
    }

    private void requireDatabase() {
        Database control = homes.control();
        try (Connection connection =
                strategy.servers().open(control, JdbcDirectory.SCHEMA, DatabaseRole.OWNER, "rehome recovery")) {
            connection.setReadOnly(true);
        } catch (SQLException e) {
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    "Database " + control + ", which the directory is to be in, cannot be used (SQLSTATE "
                            + e.getSQLState()
                            + "). If it is lost, create it with the owner "
                            + strategy.servers()
                                    .login(control.server(), DatabaseRole.OWNER)
                                    .user()
                            + ", then repeat this.",
                    e);
        }
    }

    private static List<String> lines(List<Claim> claims) {
        return claims.stream().map(Claim::toString).toList();
    }

    private Found found(
            TenantId tenant,
            Lives lives,
            List<Claim> claims,
            Survey survey,
            Roster.@Nullable Entry entry,
            boolean endMoves) {
        Traces traces = survey.leases().get(tenant);
        return new Found(
                tenant,
                entry == null ? "tenant " + tenant : entry.name(),
                Optional.of(lives.placement()),
                Optional.empty(),
                lives.suspended(),
                traces == null ? 0 : traces.leaseNo(),
                lives.placement().epoch().value(),
                entry == null ? List.of() : entry.hosts(),
                remarks(tenant, lives, claims, survey, endMoves));
    }

    private List<String> remarks(TenantId tenant, Lives lives, List<Claim> claims, Survey survey, boolean endMoves) {
        List<String> remarks = new ArrayList<>();
        if (wasInMove(tenant, lives, claims, survey)) {
            remarks.add("It was in a move, or in another operation, of which nothing is known any more: "
                    + (lives.unsettled() ? "the cutover had just been made" : howFar(lives, claims)) + ". "
                    + (endMoves
                            ? "What that had switched on is switched off"
                            : "Run this with --missing-only --end-moves, which switches off what that had switched on")
                    + "; then start it again. 'recovery copies " + tenant + "' shows what it had copied.");
        }
        Home home = lives.placement().home();
        for (Home copy : survey.ownHomes(strategy, tenant, home)) {
            remarks.add(copy + " is there too, and it does not live in it. Look into it, then remove it with"
                    + " 'recovery copies " + tenant + " --remove'.");
        }
        for (Claim stale : lives.stale()) {
            remarks.add(stale.database() + " has it too, at epoch "
                    + stale.placement().epoch()
                    + ": that server has come back from an older time. Run 'recovery server "
                    + stale.database().server() + "'.");
        }
        if (lives.suspended()) {
            remarks.add(keptFile(lives.placement())
                    .map(file -> "It is suspended, and " + file
                            + " has its rows of this epoch: some may be gone from its home." + " 'tenant replace "
                            + tenant + " --with " + file + "' makes it whole.")
                    .orElse("It is suspended. It may have been about to be deleted: repeat that, or resume it."));
        }
        return remarks;
    }

    private static boolean wasInMove(TenantId tenant, Lives lives, List<Claim> claims, Survey survey) {
        return lives.unsettled()
                || survey.leases().containsKey(tenant)
                || claims.stream()
                        .anyMatch(claim ->
                                claim.resident().captured() || claim.resident().arrivingEpoch() > 0);
    }

    private static String howFar(Lives lives, List<Claim> claims) {
        boolean forwarded = claims.stream()
                .anyMatch(claim -> !claim.isHere()
                        && claim.placement().equals(lives.placement())
                        && claim.resident().arrivingEpoch() == 0);
        boolean captured = claims.stream().anyMatch(claim -> claim.resident().captured());
        return captured
                ? "its changes are still recorded"
                        + (forwarded
                                ? ", and its old home is not kept current any more"
                                : ", and nothing is served from a copy")
                : "it had not come to its cutover, or had ended but for its last step";
    }

    /** Written before rows were removed, by an archival or a replacement that may have been cut off. */
    private Optional<Path> keptFile(Placement placement) {
        Path folder = strategy.migration().archive();
        return folder == null
                ? Optional.empty()
                : Stream.of("archive", "replaced")
                        .map(why -> folder.resolve(placement.tenant() + "-" + why + "-" + placement.epoch() + ".zip"))
                        .filter(Files::isRegularFile)
                        .findFirst();
    }

    /** Those of tenants that are archived; the files of homes that were retired are called otherwise. */
    private Map<TenantId, Path> archives() {
        Path folder = strategy.migration().archive();
        Map<TenantId, Path> archives = new LinkedHashMap<>();
        Map<TenantId, Long> epochs = new LinkedHashMap<>();
        if (folder == null || !Files.isDirectory(folder)) {
            return archives;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*-archive-*.zip")) {
            for (Path file : files) {
                Matcher matcher = ARCHIVE.matcher(file.getFileName().toString());
                if (matcher.matches()) {
                    TenantId tenant = TenantId.parse(matcher.group(1));
                    long epoch = Long.parseLong(matcher.group(2));
                    if (epoch > epochs.getOrDefault(tenant, 0L)) {
                        epochs.put(tenant, epoch);
                        archives.put(tenant, file.toAbsolutePath());
                    }
                }
            }
        } catch (IOException e) {
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    "The folder of archives " + folder + " cannot be read: " + e + ". Mend that.",
                    e);
        }
        return archives;
    }

    private static Found archived(TenantId tenant, Path file, Roster.@Nullable Entry entry) {
        try (ExportFile opened = ExportFile.open(file)) {
            return new Found(
                    tenant,
                    entry == null ? opened.manifest().name() : entry.name(),
                    Optional.empty(),
                    Optional.of(new TenantRecord.Archived(file, opened.sha256())),
                    false,
                    0,
                    opened.manifest().epoch(),
                    entry == null ? List.of() : entry.hosts(),
                    List.of("It is archived in " + file + ". If it had been deleted, delete it again."));
        }
    }

    private void endMoves(List<Found> found, Survey survey) {
        for (Found each : found) {
            Optional<Verdict> verdict = survey.verdict(each.tenant());
            if (verdict.isPresent()
                    && verdict.get() instanceof Lives lives
                    && wasInMove(
                            each.tenant(), lives, survey.claims().getOrDefault(each.tenant(), List.of()), survey)) {
                life.settle(
                        lives.placement(),
                        survey.knowing(each.tenant()),
                        lives.suspended(),
                        "its move was lost with the directory");
            }
        }
    }
}
