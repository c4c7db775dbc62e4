package dev.rehome.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/** The option that says how long a tenant's running transactions are waited for. */
final class Patience {
    private static final String NAME = "--wait";

    @Option(
            names = NAME,
            paramLabel = "TIME",
            defaultValue = "30s",
            description = "How long its running transactions are waited for. Default: ${DEFAULT-VALUE}.")
    private String wait;

    Duration duration() {
        return OperatorCommand.duration(NAME, wait);
    }
}
