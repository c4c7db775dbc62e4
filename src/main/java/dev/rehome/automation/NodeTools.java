package dev.rehome.automation;

import dev.rehome.config.StrategyConfig;
import dev.rehome.fleet.levels.FleetHomes;
import dev.rehome.fleet.levels.LevelSurvey;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.KeptConnections;
import dev.rehome.life.LifeTools;
import dev.rehome.life.TenantLife;
import dev.rehome.move.MoveJournal;
import dev.rehome.move.MoveOptions;
import dev.rehome.move.Mover;
import dev.rehome.placement.Database;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Servers;
import dev.rehome.recovery.NightlyExport;
import dev.rehome.schema.Changelog;
import dev.rehome.schema.Homes;
import dev.rehome.strategy.FleetReader;
import dev.rehome.strategy.Plans;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;

/**
 * What the duties work with, by one state of the strategy file. Immutable and thread-safe.
 *
 * @param kept connections to the directory's database
 */
record NodeTools(
        StrategyConfig config,
        Servers servers,
        Homes homes,
        ConnectionSource connections,
        JdbcDirectory directory,
        MoveJournal journal,
        Plans plans,
        KeptConnections kept,
        Clock clock)
        implements AutoCloseable {
    static final String APPLICATION = "rehome automation";
    private static final int SURVEYED_DATABASES = 4;
    private static final Duration LONGEST_IDLE = Duration.ofSeconds(5);

    static NodeTools of(StrategyConfig config, Clock clock) {
        KeptConnections kept = new KeptConnections(LONGEST_IDLE);
        Database control = config.databases().directoryDatabase();
        Servers servers = config.servers().keeping(Set.of(control), kept);
        ConnectionSource connections =
                () -> servers.open(control, JdbcDirectory.SCHEMA, DatabaseRole.MOVER, APPLICATION);
        return new NodeTools(
                config,
                servers,
                new Homes(servers, control, config.databases().tenantColumn())
                        .madeBy(new Changelog(config.databases().changelog())),
                connections,
                new JdbcDirectory(connections),
                new MoveJournal(connections),
                new Plans(connections),
                kept,
                clock);
    }

    /** For whoever works with other ones now. What is in use is closed when it is given back. */
    @Override
    public void close() {
        kept.close();
    }

    MoveOptions options() {
        return MoveOptions.of(config.migration());
    }

    Mover mover() {
        return new Mover(servers, homes, directory, journal, config.databases().tenantColumn(), options());
    }

    FleetReader fleetReader() {
        return new FleetReader(directory, journal, connections, clock);
    }

    NightlyExport nightlyExport() {
        return new NightlyExport(
                connections,
                new TenantLife(new LifeTools(servers, homes, directory, connections, config), PlanRound.WHO));
    }

    LevelSurvey levelSurvey() {
        return new LevelSurvey(new FleetHomes(connections, config.sharedHomes()), homes, SURVEYED_DATABASES);
    }
}
