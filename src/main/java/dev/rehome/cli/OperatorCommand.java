package dev.rehome.cli;

import dev.rehome.config.StrategyConfig;
import dev.rehome.config.StrategyFile;
import dev.rehome.config.Values;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What the operator's commands have in common. With {@code --json} the standard output has one JSON value and nothing else;
 * progress and remarks are on the standard error either way.
 */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
abstract class OperatorCommand implements Callable<Integer>, AutoCloseable {
    /** A job ran, and its result is bad. */
    static final int BAD_RESULT = 1;

    @Option(names = Rehome.JSON, description = "Print one JSON value to the standard output, and nothing else there.")
    private boolean json;

    @Spec
    private CommandSpec command;

    private @Nullable OperatorTools tools;

    boolean json() {
        return json;
    }

    /** The same ones each time, until the command has ended. */
    OperatorTools tools() {
        OperatorTools opened = tools;
        if (opened == null) {
            opened = OperatorTools.open(strategy());
            tools = opened;
        }
        return opened;
    }

    /** After the command. */
    @Override
    public void close() {
        if (tools != null) {
            tools.close();
        }
    }

    Path strategyFile() {
        return ((Rehome) command.root().userObject()).config();
    }

    /** What the strategy file says. */
    StrategyConfig strategy() {
        return StrategyFile.read(strategyFile());
    }

    /** Columns of the terminal. */
    int width() {
        return command.commandLine().getUsageHelpWidth();
    }

    /** For the result. */
    PrintWriter out() {
        return command.commandLine().getOut();
    }

    /** For progress and remarks. */
    PrintWriter err() {
        return command.commandLine().getErr();
    }

    /** Prints the result in the form that was asked for. */
    void print(Object forJson, String forPeople) {
        out().println(json ? Json.write(forJson) : forPeople);
        out().flush();
    }

    /** @throws RehomeException (USER) if the option's value is no duration, or a negative one */
    static Duration duration(String option, String text) {
        Duration duration;
        try {
            duration = Values.duration(text);
        } catch (IllegalArgumentException e) {
            throw new RehomeException(ErrorKind.USER, option + " " + e.getMessage() + ".", e);
        }
        if (duration.isNegative()) {
            throw new RehomeException(ErrorKind.USER, option + " must not be negative.");
        }
        return duration;
    }
}
