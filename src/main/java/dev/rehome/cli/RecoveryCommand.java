package dev.rehome.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands for when something was lost, and for what has to be done before. */
@Command(
        name = "recovery",
        description =
                "Exports all tenants every night, and brings back what was lost: directory, server, one tenant's rows.",
        mixinStandardHelpOptions = true,
        subcommands = {
            RecoveryExportAllCommand.class,
            RecoveryDirectoryCommand.class,
            RecoveryServerCommand.class,
            RecoveryTenantCommand.class,
            RecoveryCopiesCommand.class,
            RecoverySettleCommand.class
        })
final class RecoveryCommand implements Runnable {
    @Spec
    private CommandSpec command;

    @Override
    public void run() {
        throw new ParameterException(command.commandLine(), "Say what is to be recovered.");
    }
}
