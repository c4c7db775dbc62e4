package dev.rehome.dashboard;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.rehome.alert.Alert;
import dev.rehome.alert.Severity;
import dev.rehome.cost.Cost;
import dev.rehome.cost.FleetCost;
import dev.rehome.dashboard.Chromium.Window;
import dev.rehome.move.Move;
import dev.rehome.move.MoveListener;
import dev.rehome.move.MovePhase;
import dev.rehome.move.MoveRequest;
import dev.rehome.move.Mover;
import dev.rehome.move.SoakDecision;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.strategy.Expectation;
import dev.rehome.strategy.LineId;
import dev.rehome.strategy.Plan;
import dev.rehome.strategy.PlanLine;
import dev.rehome.strategy.Plans;
import dev.rehome.strategy.Reason;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import dev.rehome.time.Deadline;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * A made-up fleet with real moves, and pictures of its dashboard: for the documentation, and for whoever changes the page.
 *
 * <pre>mvn -q test-compile exec:java -Dexec.classpathScope=test -Dexec.mainClass=dev.rehome.dashboard.ShowRoom -Dexec.args=FOLDER</pre>
 */
public final class ShowRoom {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final List<String> PAGES = List.of(
            "fleet",
            "tenants?sort=bytes&order=desc",
            "moves",
            "plan",
            "automation",
            "schema",
            "isolation",
            "servers",
            "alerts",
            "audit");
    private static final String CROWD = """
            insert into rehome_directory.tenant (tenant_id, name, created_at)
            select gen_random_uuid(),
                   (array['Alder','Birch','Cedar','Copper','Coral','Ember','Fern','Harbour','Hazel','Indigo','Juniper','Linden','Maple',
                          'Marble','Meadow','Nordic','Olive','Pebble','Quartz','River','Saffron','Slate','Sparrow','Summit','Tidal',
                          'Velvet','Willow','Winter'])[1 + n % 28] || ' '
                   || (array['Books','Bikes','Ceramics','Coffee','Cycles','Dyes','Furniture','Gardens','Glass','Goods','Kitchen','Lamps',
                             'Leather','Market','Optics','Outdoor','Paper','Pets','Prints','Records','Seeds','Shoes','Soap','Supply',
                             'Tea','Textiles','Tools','Toys','Vintage','Wines'])[1 + (n * 7) % 30]
                   || case when n > 840 then ' ' || n / 840 + 1 else '' end,
                   now() - least(n * n / 5200.0, 400) * interval '1 hour' * 3
              from generate_series(1, 2400) n;
            insert into rehome_directory.placement (tenant_id, tier, server_name, database_name, schema_name, epoch, since)
            select tenant_id, case when n <= 14 then 'DATABASE' when n <= 130 then 'SCHEMA' else 'SHARED' end,
                   case when n % 5 = 0 then 'us-1' else 'default' end, case when n <= 14 then 'storefront_' || n else 'smartseller' end,
                   case when n <= 14 then 'storefront' when n <= 130 then 'storefront_' || n else 'shared' end, 1 + n % 3, created_at
              from (select tenant_id, created_at, row_number() over (order by md5(name)) n
                      from rehome_directory.tenant t
                     where not exists (select from rehome_directory.placement p where p.tenant_id = t.tenant_id)) t;
            insert into rehome_directory.tenant_size (tenant_id, exact, tables, row_counts, hour_rows, bytes)
            select tenant_id, true, '{customers,orders,order_items,shopping_carts}',
                   array[size, size * 4, size * 11, size / 2]::bigint[], 0, size * 2600
              from (select p.tenant_id, (case p.tier when 'DATABASE' then 260000 when 'SCHEMA' then 60000 else 9800 end
                           / (1 + (row_number() over (partition by p.tier order by p.tenant_id)) / 6.0))::bigint + 12 as size
                      from rehome_directory.placement p) s
             on conflict do nothing;
            insert into rehome_directory.tenant_point (tenant_id, span, begins, transactions, writing_transactions, written_rows, queries,
                   query_micros, first_bucket, buckets, tables, row_counts, bytes)
            select s.tenant_id, 'DAY', date_trunc('day', now()) - d * interval '1 day',
                   ((3 + sin(d / 3.0)) * s.bytes / 9000)::bigint, 900, 3000, 20000, (20000 * (1900 + 400 * sin(d)))::bigint, 20, array[9000, 7000, 3000, 900, 100],
                   s.tables, s.row_counts, (s.bytes * (1 - d / 90.0 * (0.3 + (hashtext(s.tenant_id::text) % 40) / 100.0)))::bigint
              from rehome_directory.tenant_size s cross join generate_series(0, 45) d
             where s.bytes > 40000000;
            insert into rehome_directory.tenant_load (tenant_id, node, hour, transactions, writing_transactions, written_rows, queries, query_micros, first_bucket, buckets)
            select tenant_id, 'show', date_trunc('hour', now()), bytes / 9000, bytes / 30000, bytes / 15000, bytes / 2000, bytes, 20, array[900, 700, 300, 90, 10]
              from rehome_directory.tenant_size where bytes > 1000000;
            insert into rehome_directory.statistics_node (node, started_at, interval_millis) values ('show', now() - interval '2 hours', 60000)""";

    private final TestFleet fleet;
    private final DashboardScene scene;
    private final Path folder;

    private ShowRoom(TestFleet fleet, DashboardScene scene, Path folder) {
        this.fleet = fleet;
        this.scene = scene;
        this.folder = folder;
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createDirectories(Path.of(arguments.length == 0 ? "target/dashboard" : arguments[0]));
        TestFleet fleet = TestFleet.onPostgres();
        try (DashboardScene scene = new DashboardScene(fleet)) {
            new ShowRoom(fleet, scene, folder).show();
        } catch (Exception | AssertionError e) {
            e.printStackTrace();
            System.exit(1);
        }
        System.exit(0); // the fleet's server ends with the process
    }

    private void show() throws Exception {
        TenantId moving = shop("Quartz Records", Tier.SHARED, 60_000);
        TenantId soaking = shop("Juniper Tools", Tier.SHARED, 8_000);
        TenantId back = shop("Nordic Lamps", Tier.SCHEMA, 2_000);
        TenantId drifted = shop("Hazel Coffee", Tier.SCHEMA, 200);
        fleet.execute("drop index " + fleet.home(Tier.SCHEMA, drifted).schema() + ".orders_customer_newest_idx");
        for (String check : List.of("levels", "drift", "doctor")) {
            scene.post("/checks/" + check);
            await(() ->
                    scene.get("/checks/" + check).json().get("state").asText().equals("DONE"));
        }
        Mover mover = scene.mover();
        run(mover.plan(back, fleet.home(Tier.DATABASE, back), false, "ann"), SoakDecision.after(Duration.ZERO));
        Move soaks = mover.plan(soaking, fleet.home(Tier.SCHEMA, soaking), false, "ann at the dashboard");
        start(soaks);
        await(() -> phase(soaks) == MovePhase.SOAK);
        fleet.execute(CROWD);
        propose();
        Move held = mover.plan(moving, fleet.home(Tier.DATABASE, moving), true, "ann at the dashboard");
        Move planned = mover.plan(drifted, fleet.sharedHome(), false, "bob");
        fleet.journal().request(planned.id(), MoveRequest.PAUSE, "bob");
        scene.alerts(List.of(
                new Alert(
                        "MoveStopped",
                        Severity.CRITICAL,
                        "move " + planned.id(),
                        Instant.now().minusSeconds(840),
                        "it has failed in BACKFILL: no space left on the server's disk (SQLSTATE 53100). Make room, then run it again."),
                new Alert(
                        "SchemaDrift",
                        Severity.WARNING,
                        "fleet",
                        Instant.now().minusSeconds(7_300),
                        "schema drift found 1 problem at the last look.")));
        try (Chromium chromium = new Chromium()) {
            for (ColorScheme colours : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                try (Window window = chromium.open(scene.server(), colours)) {
                    String suffix = colours == ColorScheme.LIGHT ? "" : "-dark";
                    window.page().navigate("");
                    picture(window.page(), "sign-in" + suffix);
                    Page page = window.signIn(DashboardScene.OPERATOR);
                    if (colours == ColorScheme.LIGHT) {
                        start(held);
                        await(() -> phase(held) == MovePhase.BACKFILL);
                        look(page, "moves/" + held.id(), "move-copying");
                        await(() -> phase(held) == MovePhase.CUTOVER);
                    }
                    for (String name : PAGES) {
                        look(page, name, name.replaceAll("\\?.*", "") + suffix);
                    }
                    look(page, "moves/" + held.id(), "move" + suffix);
                    look(page, "tenants/" + back, "tenant-moved" + suffix);
                    look(page, "tenants?sort=bytes&order=desc", "tenants" + suffix);
                    page.locator("tbody tr a.name").first().click();
                    picture(page, "tenant" + suffix);
                    look(page, "moves/" + held.id(), "move" + suffix);
                    page.getByText("Cut over").first().click();
                    picture(page, "dialog" + suffix);
                    page.getByText("Leave it").click();
                    page.setViewportSize(420, 860);
                    look(page, "fleet", "narrow-fleet" + suffix);
                    look(page, "moves", "narrow-moves" + suffix);
                }
            }
        }
    }

    private void look(Page page, String place, String name) {
        page.navigate("#/" + place);
        picture(page, name);
    }

    private void picture(Page page, String name) {
        page.locator("h1").first().waitFor();
        page.waitForTimeout(700);
        page.screenshot(new Page.ScreenshotOptions().setPath(folder.resolve(name + ".png")));
    }

    private TenantId shop(String name, Tier tier, int customers) throws SQLException {
        TenantId tenant = fleet.createTenant(tier);
        String id = "'" + tenant + "'";
        String schema = fleet.home(tier, tenant).schema();
        fleet.execute("update rehome_directory.tenant set name = '" + name + "' where tenant_id = " + id);
        fleet.execute("set search_path to " + schema + "; set rehome.capture = 'off'; set rehome.tenant = " + id
                + "; insert into customers (storefront_id, id, email, created_at) select " + id
                + ", gen_random_uuid(), 'c' || i || '@example.com', now() from generate_series(1, " + customers + ") i"
                + "; insert into customer_addresses (storefront_id, id, customer_id, created_at)"
                + " select storefront_id, gen_random_uuid(), id, now() from customers where storefront_id = " + id
                + "; insert into orders (storefront_id, id, external_id, customer_id, shipping_address_id, status, currency, item_count, items_total, ordered_at)"
                + " select storefront_id, gen_random_uuid(), 'o' || row_number() over (), customer_id, id, 'completed', 'EUR', 1, 9.90, now()"
                + " from customer_addresses where storefront_id = " + id);
        return tenant;
    }

    private void propose() {
        List<PlanLine> lines = new ArrayList<>();
        List<String> reasons = List.of(
                "in region us, has to be in eu",
                "customers 118,204 > 100,000",
                "orders 612,340 > 500,000",
                "average query 241 ms > 200 ms",
                "orders 31 % of 500,000, below 70 % for 9 days");
        List<Reason.Kind> kinds = List.of(
                Reason.Kind.REGION, Reason.Kind.SIZE, Reason.Kind.SIZE, Reason.Kind.QUERY_TIME, Reason.Kind.SHRUNK);
        Cost shared = new Cost(new BigDecimal("0.05"), new BigDecimal("0.2"));
        Cost schema = new Cost(new BigDecimal("0.5"), new BigDecimal("2"));
        Cost own = new Cost(new BigDecimal("50"), new BigDecimal("200"));
        var placements = fleet.directory().page(null, 400);
        int taken = 0;
        for (var placement : placements) {
            if (taken < reasons.size() && !placement.home().schema().startsWith("storefront_0")) {
                Home target = fleet.home(taken == 4 ? Tier.SHARED : Tier.DATABASE, placement.tenant());
                lines.add(new PlanLine(
                        LineId.random(),
                        placement,
                        target,
                        new Reason(kinds.get(taken), reasons.get(taken)),
                        OptionalLong.of(40_000_000L * (taken + 2)),
                        new Expectation(
                                Optional.of(Duration.ofSeconds(9 + 7L * taken)),
                                Optional.of(Duration.ofMillis(38)),
                                "3 earlier moves"),
                        taken == 4 ? schema : shared,
                        taken == 4 ? shared : own,
                        Instant.now().minus(Duration.ofHours(5L + taken)),
                        PlanLine.State.PROPOSED,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
                taken++;
            }
        }
        Plans plans = new Plans(scene.directory());
        Plan plan = plans.propose(new Plan(
                UUID.randomUUID(),
                Instant.now(),
                "process 4711",
                2_404,
                new FleetCost(
                        "USD",
                        shared.times(2270).plus(schema.times(118)).plus(own.times(16)),
                        shared.times(2267).plus(schema.times(117)).plus(own.times(20)),
                        own.times(2404)),
                lines,
                List.of()));
        plans.approve(plan.lines().get(1).id(), "ann at the dashboard");
        plans.reject(plan.lines().get(3).id(), "ann at the dashboard");
    }

    private void start(Move move) {
        Thread thread = new Thread(() -> run(move, SoakDecision.after(Duration.ofHours(1))), "show " + move.id());
        thread.setDaemon(true);
        thread.start();
    }

    private void run(Move move, SoakDecision soak) {
        try {
            scene.mover().run(move.id(), MoveListener.NONE, soak, false);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private MovePhase phase(Move move) {
        return fleet.journal().status(move.id()).orElseThrow().move().phase();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        Deadline deadline = Deadline.in(PATIENCE);
        while (!condition.getAsBoolean()) {
            if (deadline.passed()) {
                throw new IllegalStateException("It did not come.");
            }
            deadline.sleep(Duration.ofMillis(50));
        }
    }
}
