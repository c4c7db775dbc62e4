package dev.rehome.cli;

import dev.rehome.config.Values;
import dev.rehome.dashboard.PreviewView;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.move.MoveOptions;
import dev.rehome.move.MovePhase;
import dev.rehome.move.MovePreview;
import dev.rehome.move.Mover;
import dev.rehome.move.crew.MoveCrew.Job;
import dev.rehome.move.crew.MoveCrew.Soaking;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Plans moves and runs them. */
@Command(
        name = "start",
        description = {
            "Moves tenants while they are used. Stays until the old homes are removed at the end of the soak; Ctrl-C leaves"
                    + " the moves as they are, and 'move run' goes on with them, here or on another machine.",
            "Several tenants are moved side by side; a failure of one does not stop the others."
        },
        footer = {
            "",
            "Examples:",
            "  rehome move start 550e8400-e29b-41d4-a716-446655440000 --to database --dry-run",
            "  rehome move start 550e8400-e29b-41d4-a716-446655440000 --to database --hold",
            "  rehome move start --from-file tenants.txt --to shared --server eu-1 --soak 0s"
        })
final class StartCommand extends OperatorCommand {
    @Parameters(paramLabel = "TENANT", arity = "0..*", description = "UUIDs of the tenants.")
    private List<String> tenants = new ArrayList<>();

    @Option(names = "--to", paramLabel = "TIER", required = true, description = "shared, schema or database.")
    private String tier;

    @Option(
            names = "--server",
            paramLabel = "NAME",
            description =
                    "The server to move to, by its name in the strategy file. Default: the one of the tier there.")
    private @Nullable String server;

    @Option(
            names = "--from-file",
            paramLabel = "FILE",
            description = "More tenants, one a line; what follows a # is ignored.")
    private @Nullable Path fromFile;

    @Option(
            names = "--parallel",
            paramLabel = "N",
            description =
                    "Moves at a time in this process. Default: max_concurrent_moves, which holds for each server over"
                            + " all processes in any case.")
    private @Nullable Integer parallel;

    @Option(names = "--hold", description = "Make the cutover only when 'move cutover' says so.")
    private boolean hold;

    @Option(
            names = "--soak",
            paramLabel = "TIME",
            description = "How long the old home is kept current after the cutover, such as 0s, 30m or 24h."
                    + " Default: dual_write_duration.")
    private @Nullable String soak;

    @Option(
            names = "--until-soak",
            description = "End when the soak begins. 'move run' has to be called before it is over.")
    private boolean untilSoak;

    @Option(
            names = "--dry-run",
            description = "Only look: what would be refused, sizes, and the time and pause to expect. Writes nothing.")
    private boolean dryRun;

    @Override
    public Integer call() {
        Tier wanted = Tier.parse(tier);
        List<TenantId> chosen = chosen();
        if (parallel != null && parallel < 1) {
            throw new RehomeException(ErrorKind.USER, "--parallel is at least 1. Correct it.");
        }
        OperatorTools tools = tools();
        MoveOptions options = options(tools);
        List<Home> targets =
                chosen.stream().map(tenant -> target(tools, tenant, wanted)).toList();
        if (dryRun) {
            return preview(tools.mover(options), chosen, targets);
        }
        tools.bringUpDirectory();
        Mover planning = tools.mover(options);
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < chosen.size(); i++) {
            TenantId tenant = chosen.get(i);
            Home target = targets.get(i);
            jobs.add(new Job("tenant " + tenant, () -> planning.plan(tenant, target, hold, OperatorTools.operator())));
        }
        Soaking soaking = untilSoak ? Soaking.LEAVE : jobs.size() == 1 ? Soaking.STAY : Soaking.VISIT;
        return new Foreground(this, tools, options)
                .run(jobs, parallel == null ? options.maxConcurrentMoves() : parallel, soaking, false, MovePhase.DONE);
    }

    private List<TenantId> chosen() {
        List<TenantId> chosen = Stream.concat(tenants.stream(), lines().stream())
                .map(TenantId::parse)
                .distinct()
                .toList();
        if (chosen.isEmpty()) {
            throw new RehomeException(ErrorKind.USER, "Name a tenant, or a file of them with --from-file.");
        }
        return chosen;
    }

    private List<String> lines() {
        if (fromFile == null) {
            return List.of();
        }
        try {
            return Files.readAllLines(fromFile).stream()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .toList();
        } catch (IOException e) {
            throw new RehomeException(
                    ErrorKind.USER,
                    fromFile + " cannot be read: " + e + ". Name a file with a tenant on each line.",
                    e);
        }
    }

    private MoveOptions options(OperatorTools tools) {
        if (soak == null) {
            return tools.options();
        }
        Duration duration;
        try {
            duration = Values.duration(soak);
        } catch (IllegalArgumentException e) {
            throw new RehomeException(ErrorKind.USER, "--soak " + e.getMessage() + ".", e);
        }
        if (duration.isNegative()) {
            throw new RehomeException(ErrorKind.USER, "--soak must not be negative.");
        }
        return tools.options().toBuilder().soak(duration).build();
    }

    private Home target(OperatorTools tools, TenantId tenant, Tier wanted) {
        return server == null
                ? tools.strategy().homeFor(tenant, wanted)
                : tools.strategy().homeFor(tenant, wanted, server);
    }

    private int preview(Mover mover, List<TenantId> chosen, List<Home> targets) {
        List<MovePreview> previews = new ArrayList<>();
        for (int i = 0; i < chosen.size(); i++) {
            previews.add(mover.preview(chosen.get(i), targets.get(i)));
        }
        List<PreviewView> views = previews.stream().map(PreviewView::of).toList();
        print(
                views.size() == 1 ? views.get(0) : views,
                String.join("\n\n", previews.stream().map(PreviewText::of).toList()));
        return previews.stream()
                .flatMap(preview -> preview.refusals().stream())
                .map(refusal -> refusal.kind().exitStatus())
                .findFirst()
                .orElse(0);
    }
}
