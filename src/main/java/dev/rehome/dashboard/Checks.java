package dev.rehome.dashboard;

import dev.rehome.audit.AuditTrail;
import dev.rehome.audit.Deed;
import dev.rehome.audit.Deed.Outcome;
import dev.rehome.dashboard.Check.State;
import dev.rehome.dashboard.Check.View;
import dev.rehome.dashboard.Check.Work;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.tenant.TenantId;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All checks; one runs at a time, whoever asks. Thread-safe. */
final class Checks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Checks.class);
    private static final int MOST_TENANTS = 200;

    private final KeptChecks kept;
    private final AuditTrail trail;
    private final Clock clock;
    private final Function<TenantId, Work> ofTenant;
    private final Map<String, Check> ofFleet = new LinkedHashMap<>();
    private final Map<TenantId, Check> tenants = new BoundedMap<>(MOST_TENANTS);
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "rehome-dashboard-check");
        made.setDaemon(true);
        return made;
    });

    /**
     * @param ofFleet by name
     * @param ofTenant what is looked at of one tenant
     * @param kept what others have found
     */
    Checks(
            Map<String, Work> ofFleet,
            Function<TenantId, Work> ofTenant,
            KeptChecks kept,
            AuditTrail trail,
            Clock clock) {
        ofFleet.forEach((name, work) -> this.ofFleet.put(name, new Check(name, work, clock)));
        this.ofTenant = ofTenant;
        this.kept = kept;
        this.trail = trail;
        this.clock = clock;
    }

    /** Of the fleet, without what they have found. */
    List<View> summaries() {
        return ofFleet.values().stream().map(check -> check.view().summary()).toList();
    }

    /** @throws Refusal if there is no such check */
    View view(String name) {
        return find(name).view().with(kept.of(name));
    }

    View view(TenantId tenant) {
        return find(tenant).view();
    }

    /**
     * Has it run.
     *
     * @throws Refusal if there is no such check
     * @throws RehomeException (BUSY) if it is under way
     */
    View run(String name, Visitor visitor) {
        return run(find(name), "the fleet", visitor);
    }

    View run(TenantId tenant, Visitor visitor) {
        return run(find(tenant), "tenant " + tenant, visitor);
    }

    private Check find(String name) {
        Check check = ofFleet.get(name);
        if (check == null) {
            throw Refusal.notFound("check of that name; there are " + String.join(", ", ofFleet.keySet()));
        }
        return check;
    }

    private Check find(TenantId tenant) {
        synchronized (tenants) {
            return tenants.computeIfAbsent(tenant, first -> new Check("tenant", ofTenant.apply(tenant), clock));
        }
    }

    private View run(Check check, String subject, Visitor visitor) {
        if (!check.ask(visitor.by())) {
            throw new RehomeException(ErrorKind.BUSY, "It is being looked already. Wait for what comes of it.");
        }
        thread.execute(() -> write(check.run(visitor.by()), subject, visitor));
        return check.view();
    }

    private void write(View ended, String subject, Visitor visitor) {
        try {
            trail.write(new Deed(
                    visitor.by(),
                    "DASHBOARD",
                    "CHECK_" + ended.name().toUpperCase(Locale.ROOT),
                    subject,
                    ended.failure() == null ? "looked by hand" : ended.failure(),
                    ended.state() == State.DONE ? Outcome.COMPLETE : Outcome.FAILED));
        } catch (RehomeException e) {
            LOG.warn("check={} is not in the audit trail: {}", ended.name(), e.getMessage());
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
