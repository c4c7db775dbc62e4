package dev.rehome.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands about the homes' tables. */
@Command(
        name = "schema",
        description =
                "Says at which level of the changelog homes are, and brings them to the newest; and whether they are as it makes them.",
        mixinStandardHelpOptions = true,
        subcommands = {
            SchemaStatusCommand.class,
            SchemaPlanCommand.class,
            SchemaMigrateCommand.Migrate.class,
            SchemaMigrateCommand.Retry.class,
            SchemaRollbackCommand.class,
            DriftCommand.class
        })
final class SchemaCommand implements Runnable {
    @Spec
    private CommandSpec command;

    @Override
    public void run() {
        throw new ParameterException(command.commandLine(), "Say what is to be done about schemas.");
    }
}
