package dev.rehome.cli;

import dev.rehome.demo.DemoCommand;
import dev.rehome.error.RehomeException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. Its exit status is 0, 1 if a job ran and its result is bad, or that of the error's kind. */
@Command(
        name = "rehome",
        description = "Moves tenants between shared tables, schemas and databases while they are used.",
        mixinStandardHelpOptions = true,
        version = "Rehome 0.1.0",
        subcommands = DemoCommand.class)
public final class Rehome {
    private Rehome() {}

    public static void main(String[] arguments) {
        int status = run(arguments.length == 0 ? new String[] {"demo"} : arguments);
        if (status != 0) {
            System.exit(status);
        }
    }

    /** Runs a command and returns its exit status. */
    static int run(String... arguments) {
        CommandLine commandLine = new CommandLine(new Rehome());
        commandLine.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof RehomeException known) {
                command.getErr().println(command.getColorScheme().errorText(known.getMessage()));
                return known.kind().exitStatus();
            }
            throw failure;
        });
        return commandLine.execute(arguments);
    }
}
