package dev.rehome.automation;

import dev.rehome.config.StrategyConfig;
import dev.rehome.fleet.levels.FleetHomes;
import dev.rehome.fleet.levels.LevelSurvey;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.DatabaseRole;
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

/** What the duties work with, by one state of the strategy file. Immutable and thread-safe. */
record NodeTools(
        StrategyConfig config,
        Servers servers,
        Homes homes,
        ConnectionSource connections,
        JdbcDirectory directory,
        MoveJournal journal,
        Plans plans,
        Clock clock) {
    static final String APPLICATION = "rehome automation";
    private static final int SURVEYED_DATABASES = 4;

    static NodeTools of(StrategyConfig config, Clock clock) {
        Servers servers = config.servers();
        Database control = config.databases().directoryDatabase();
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
                clock);
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
