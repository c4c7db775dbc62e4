package dev.rehome.bench.fleet;

import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.placement.Home;
import dev.rehome.placement.Servers;
import java.sql.Connection;
import java.util.Map;
import liquibase.Scope;
import liquibase.UpdateSummaryEnum;
import liquibase.changelog.ChangeLogParameters;
import liquibase.command.CommandScope;
import liquibase.command.core.UpdateCommandStep;
import liquibase.command.core.helpers.DatabaseChangelogCommandStep;
import liquibase.command.core.helpers.DbUrlConnectionArgumentsCommandStep;
import liquibase.command.core.helpers.ShowSummaryArgument;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.logging.core.NoOpLogService;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.ui.LoggerUIService;

/** The peer: Liquibase, run for a home with a connection of its own, as one would in a loop over the tenants. */
final class PlainLiquibase {
    private PlainLiquibase() {}

    static void update(Servers servers, Home home, String changelog) throws Exception {
        Map<String, Object> scope = Map.of(
                "liquibase.analytics.enabled",
                false,
                Scope.Attr.logService.name(),
                new NoOpLogService(),
                Scope.Attr.ui.name(),
                new LoggerUIService(),
                Scope.Attr.resourceAccessor.name(),
                new ClassLoaderResourceAccessor(PlainLiquibase.class.getClassLoader()));
        try (Connection connection = servers.open(home.database(), home.schema(), DatabaseRole.OWNER, "liquibase")) {
            Scope.child(scope, () -> {
                Database database =
                        DatabaseFactory.getInstance().findCorrectDatabaseImplementation(new JdbcConnection(connection));
                database.setDefaultSchemaName(home.schema());
                database.setLiquibaseSchemaName(home.schema());
                ChangeLogParameters parameters = new ChangeLogParameters(database);
                parameters.set("database.name", home.database().name());
                for (DatabaseRole role : new DatabaseRole[] {DatabaseRole.APP, DatabaseRole.MOVER}) {
                    parameters.set(
                            "role." + role.name().toLowerCase(java.util.Locale.ROOT),
                            servers.login(home.database().server(), role).user());
                }
                new CommandScope(UpdateCommandStep.COMMAND_NAME)
                        .addArgumentValue(DbUrlConnectionArgumentsCommandStep.DATABASE_ARG, database)
                        .addArgumentValue(UpdateCommandStep.CHANGELOG_FILE_ARG, changelog)
                        .addArgumentValue(DatabaseChangelogCommandStep.CHANGELOG_PARAMETERS, parameters)
                        .addArgumentValue(ShowSummaryArgument.SHOW_SUMMARY, UpdateSummaryEnum.OFF)
                        .execute();
            });
        }
    }
}
