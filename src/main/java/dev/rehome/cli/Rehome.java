package dev.rehome.cli;

import dev.rehome.cli.screen.QuietLogging;
import dev.rehome.demo.DemoCommand;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/** The command line. Its exit status is 0, 1 if a job ran and its result is bad, or that of the error's kind. */
@Command(
        name = "rehome",
        description = "Moves tenants between shared tables, schemas and databases while they are used.",
        mixinStandardHelpOptions = true,
        version = "Rehome 0.1.0",
        subcommands = {
            DemoCommand.class,
            MoveCommand.class,
            TenantCommand.class,
            QueryCommand.class,
            VerifyCommand.class,
            SchemaCommand.class,
            SparesCommand.class,
            RecoveryCommand.class,
            DoctorCommand.class,
            AuditCommand.class,
            PlanCommand.class,
            ApplyCommand.class,
            CostCommand.class,
            ServeCommand.class,
            StatisticsCommand.class,
            AlertsCommand.class,
            MetricsCommand.class,
            GenerateCompletion.class
        },
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "0:Done.",
            "1:It ran, and the result is bad: something failed on the way, or differences were found.",
            "2:The call is wrong: correct it.",
            "3:The strategy file is wrong: correct it.",
            "4:Something is in use: wait and try again.",
            "5:It was overtaken by another process: look how things stand now.",
            "6:A database or the network failed.",
            "7:An error of Rehome itself: keep what it printed."
        })
public final class Rehome {
    static final String CONFIG = "--config";
    static final String JSON = "--json";

    @Option(
            names = CONFIG,
            paramLabel = "FILE",
            defaultValue = "config/tenant_strategy.yaml",
            scope = ScopeType.INHERIT,
            description = "The strategy file. Default: ${DEFAULT-VALUE}.")
    private Path config;

    private Rehome() {}

    public static void main(String[] arguments) {
        QuietLogging.begin();
        CommandLine commandLine = commandLine();
        int status = commandLine.execute(arguments.length == 0 ? new String[] {"demo"} : arguments);
        if (status != 0) {
            System.exit(status);
        }
    }

    /** Runs a command and returns its exit status. */
    static int run(String... arguments) {
        return commandLine().execute(arguments);
    }

    /** As {@link #run(String...)}, with other streams than the standard ones. */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return commandLine().setOut(out).setErr(err).execute(arguments);
    }

    /** The strategy file. */
    Path config() {
        return config;
    }

    private static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Rehome());
        commandLine.setExecutionStrategy(Rehome::execute);
        commandLine.setExecutionExceptionHandler(Rehome::report);
        commandLine.setUsageHelpAutoWidth(true);
        return commandLine;
    }

    private static int execute(ParseResult parsed) {
        try {
            return new CommandLine.RunLast().execute(parsed);
        } finally {
            for (CommandLine command : parsed.asCommandLineList()) {
                if (command.getCommand() instanceof OperatorCommand operators) {
                    operators.close();
                }
            }
        }
    }

    private static int report(Exception failure, CommandLine command, ParseResult parsed) {
        if (failure instanceof InterruptedException) {
            RehomeException stopped = new RehomeException(
                    ErrorKind.BUSY,
                    "Stopped from outside. Nothing is lost: repeat the command, and it goes on.",
                    failure);
            return report(stopped, command, parsed);
        }
        RehomeException known = failure instanceof RehomeException expected
                ? expected
                : new RehomeException(
                        ErrorKind.INVARIANT,
                        "An error of Rehome itself: " + failure + ". Keep what it printed.",
                        failure);
        if (known != failure) {
            failure.printStackTrace(command.getErr());
        }
        command.getErr().println(command.getColorScheme().errorText(known.getMessage()));
        if (Boolean.TRUE.equals(command.getParseResult().matchedOptionValue(JSON, (Object) false))) {
            command.getOut()
                    .println(Json.write(
                            Map.of("error", Map.of("kind", known.kind().name(), "message", known.getMessage()))));
        }
        return known.kind().exitStatus();
    }
}
