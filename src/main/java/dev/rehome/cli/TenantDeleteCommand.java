package dev.rehome.cli;

import dev.rehome.cli.TenantViews.TenantView;
import dev.rehome.cli.screen.LifeDisplay;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.life.DeletionRecord;
import dev.rehome.life.DeletionRecord.Place;
import dev.rehome.life.LifeState;
import dev.rehome.life.TenantRecord;
import dev.rehome.tenant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Deletes tenants, and shows the records of that. */
@Command(
        name = "delete",
        description = {
            "Suspends a tenant now; called again when its time of grace is over, removes everything of it everywhere, looks again,"
                    + " and signs that off. Until then 'tenant resume' takes it back.",
            "A deletion that was cut off is taken up by repeating it."
        },
        footer = {
            "",
            "Examples:",
            "  rehome tenant delete 550e8400-e29b-41d4-a716-446655440000 --grace 30d",
            "  rehome tenant delete --due"
        })
final class TenantDeleteCommand extends OperatorCommand {
    private static final int MOST_DUE = 10_000;

    @Parameters(paramLabel = "TENANT", arity = "0..1", description = "Its UUID.")
    private @Nullable String tenant;

    @Option(
            names = "--grace",
            paramLabel = "TIME",
            description = "Time until everything goes, such as 0s or 30d. Default: 7d, or what was said before.")
    private @Nullable String grace;

    @Option(names = "--due", description = "All tenants whose time of grace is over.")
    private boolean due;

    @Option(
            names = "--again",
            description =
                    "Without a time of grace, and also if it is deleted: after a server has come back from an older time.")
    private boolean again;

    @Option(names = "--record", description = "Change nothing: show the record of the deletion.")
    private boolean record;

    @Mixin
    private Patience patience;

    record PlaceView(
            String kind,
            String place,
            long removed,
            @Nullable Long remaining,
            @Nullable String lookedAt) {
        static PlaceView of(Place place) {
            return new PlaceView(
                    place.kind(),
                    place.place(),
                    place.removed(),
                    place.remaining().orElse(null),
                    place.lookedAt().map(Instant::toString).orElse(null));
        }
    }

    record DeletionView(
            TenantView tenant,
            @Nullable String begunAt,
            @Nullable String begunBy,
            @Nullable String signedOffAt,
            @Nullable String signedOffBy,
            List<PlaceView> places) {
        static DeletionView of(TenantRecord record, Optional<DeletionRecord> deletion) {
            return new DeletionView(
                    TenantView.of(record),
                    deletion.map(DeletionRecord::begunAt).map(TenantViews::text).orElse(null),
                    deletion.map(DeletionRecord::begunBy).orElse(null),
                    deletion.flatMap(DeletionRecord::signedOff)
                            .map(TenantViews::text)
                            .orElse(null),
                    deletion.flatMap(DeletionRecord::signedOffBy).orElse(null),
                    deletion.map(DeletionRecord::places).orElse(List.of()).stream()
                            .map(PlaceView::of)
                            .toList());
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        if (again && (due || record || grace != null)) {
            throw new RehomeException(ErrorKind.USER, "--again goes with one tenant, and with no other option.");
        }
        if ((tenant == null) != due) {
            throw new RehomeException(
                    ErrorKind.USER, "Name a tenant, or say --due for all whose time of grace is over.");
        }
        Optional<Duration> time = Optional.ofNullable(grace).map(text -> duration("--grace", text));
        OperatorTools tools = tools();
        tools.bringUpDirectory();
        List<TenantId> chosen = due ? tools.lives().due(MOST_DUE) : List.of(TenantId.parse(String.valueOf(tenant)));
        List<DeletionView> views = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        Interruption interruption = Interruption.ofThisThread();
        try (LifeDisplay display = new LifeDisplay(err(), 0)) {
            for (TenantId id : chosen) {
                TenantRecord after = delete(tools, id, time, display);
                Optional<DeletionRecord> deletion = tools.life().deletion(id);
                views.add(DeletionView.of(after, deletion));
                texts.add(text(after, deletion));
            }
        } finally {
            interruption.close();
        }
        print(due ? views : views.get(0), texts.isEmpty() ? "No tenant is due." : String.join("\n\n", texts));
        return 0;
    }

    private TenantRecord delete(OperatorTools tools, TenantId id, Optional<Duration> time, LifeDisplay display)
            throws InterruptedException {
        if (record) {
            return tools.life().show(id);
        }
        return again
                ? tools.life().deleteAgain(id, patience.duration(), display)
                : tools.life().delete(id, time, patience.duration(), display);
    }

    private static String text(TenantRecord record, Optional<DeletionRecord> deletion) {
        StringBuilder text = new StringBuilder(TenantViews.text(record));
        if (record.state() == LifeState.DELETING) {
            text.append(
                    "\n'tenant resume' takes that back until then; 'tenant delete' again, or --due, does it after.");
        }
        deletion.ifPresent(each -> {
            text.append("\nbegun    ")
                    .append(TenantViews.text(each.begunAt()))
                    .append(" by ")
                    .append(each.begunBy())
                    .append('\n');
            each.places()
                    .forEach(place -> text.append(String.format(
                            Locale.ROOT,
                            "  %-9s %-60s removed %,d, left %s%n",
                            place.kind(),
                            place.place(),
                            place.removed(),
                            place.remaining().map(String::valueOf).orElse("not looked at yet"))));
            text.append(each.signedOff()
                    .map(at -> "signed off " + TenantViews.text(at) + " by "
                            + each.signedOffBy().orElse("somebody"))
                    .orElse("NOT SIGNED OFF: repeat 'tenant delete'"));
        });
        return text.toString();
    }
}
