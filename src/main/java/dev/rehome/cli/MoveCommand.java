package dev.rehome.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands about moves. */
@Command(
        name = "move",
        description = "Moves tenants from home to home, and says how moves stand.",
        mixinStandardHelpOptions = true,
        subcommands = {
            StartCommand.class,
            RunCommand.class,
            StatusCommand.class,
            WatchCommand.class,
            ListCommand.class,
            RequestCommand.Pause.class,
            RequestCommand.Resume.class,
            RequestCommand.Cancel.class,
            RequestCommand.Cutover.class,
            RequestCommand.Rollback.class,
            RequestCommand.Retire.class
        })
final class MoveCommand implements Runnable {
    @Spec
    private CommandSpec command;

    @Override
    public void run() {
        throw new ParameterException(command.commandLine(), "Say what is to be done about moves.");
    }
}
