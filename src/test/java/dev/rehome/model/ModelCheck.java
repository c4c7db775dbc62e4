package dev.rehome.model;

import dev.rehome.model.Settings.Layout;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Checks the protocol within chosen bounds, in every layout, and prints what was counted:
 * {@code mvn -q -Pbench test-compile exec:java -Dexec.args="model --writes 3"}. Exit status 1 if a rule does not hold, or if
 * a planted bug is not found.
 */
@Command(
        name = "model",
        description = "Checks the protocol of a move exhaustively, as a model, within bounds.",
        mixinStandardHelpOptions = true)
public final class ModelCheck implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--writes", defaultValue = "2", description = "Writes in all. Default: ${DEFAULT-VALUE}.")
    private int writes;

    @Option(names = "--takeovers", defaultValue = "1", description = "Movers that follow. Default: ${DEFAULT-VALUE}.")
    private int takeovers;

    @Option(names = "--layout", description = "Only this one: ${COMPLETION-CANDIDATES}.")
    private Layout[] layouts = Layout.values();

    @Option(names = "--without-validation", description = "Only the runs that do not compare both sides.")
    private boolean withoutValidation;

    @Option(names = "--without-way-back", description = "A move that cannot be rolled back.")
    private boolean withoutWayBack;

    @Option(names = "--fenced-pass", description = "A tenant that may be found small enough to be copied in the fence.")
    private boolean fencedPass;

    @Option(names = "--bugs", description = "Show the planted bugs instead, each with its trace.")
    private boolean bugs;

    @Override
    public Integer call() {
        return bugs ? showBugs() : check();
    }

    private int check() {
        boolean holds = true;
        for (Layout layout : layouts) {
            Settings settings = variant(Settings.of(layout, writes, takeovers));
            holds &= show(Explorer.explore(settings)).holds();
            if (!withoutValidation) {
                holds &= show(Explorer.explore(settings.validated())).holds();
            }
        }
        return holds ? 0 : 1;
    }

    private Settings variant(Settings settings) {
        Settings there = withoutWayBack ? settings.withoutWayBack() : settings;
        return fencedPass ? there.withFencedPass() : there;
    }

    private int showBugs() {
        boolean found = true;
        for (ProtocolBug bug : ProtocolBug.values()) {
            found &= show(Explorer.explore(bug.settings())).broken() == bug.breaks();
        }
        return found ? 0 : 1;
    }

    private Finding show(Finding finding) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(finding);
        out.flush();
        return finding;
    }
}
