package dev.rehome.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands about homes that are kept ready. */
@Command(
        name = "spares",
        description = "Keeps homes ready for new tenants.",
        mixinStandardHelpOptions = true,
        subcommands = {SparesFillCommand.class})
final class SparesCommand implements Runnable {
    @Spec
    private CommandSpec command;

    @Override
    public void run() {
        throw new ParameterException(command.commandLine(), "Say what is to be done about spare homes.");
    }
}
