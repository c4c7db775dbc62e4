package dev.rehome.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands about the lives of tenants. */
@Command(
        name = "tenant",
        description =
                "Creates tenants, suspends, exports, imports, archives and deletes them, and says how they stand.",
        mixinStandardHelpOptions = true,
        subcommands = {
            TenantCreateCommand.class,
            TenantListCommand.class,
            TenantShowCommand.class,
            TenantHostCommand.class,
            SuspensionCommand.Suspend.class,
            SuspensionCommand.Resume.class,
            TenantExportCommand.class,
            ArrivalCommand.Import.class,
            ArrivalCommand.Clone.class,
            TenantArchiveCommand.class,
            ArrivalCommand.Restore.class,
            TenantReplaceCommand.class,
            TenantDeleteCommand.class
        })
final class TenantCommand implements Runnable {
    @Spec
    private CommandSpec command;

    @Override
    public void run() {
        throw new ParameterException(command.commandLine(), "Say what is to be done about tenants.");
    }
}
