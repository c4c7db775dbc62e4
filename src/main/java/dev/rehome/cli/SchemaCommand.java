package dev.rehome.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands about schema changes. */
@Command(
        name = "schema",
        description = "Says how the tables of homes stand.",
        mixinStandardHelpOptions = true,
        subcommands = {DriftCommand.class})
final class SchemaCommand implements Runnable {
    @Spec
    private CommandSpec command;

    @Override
    public void run() {
        throw new ParameterException(command.commandLine(), "Say what is to be done about schemas.");
    }
}
