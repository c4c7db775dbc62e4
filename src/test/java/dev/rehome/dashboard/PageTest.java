package dev.rehome.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.rehome.cost.Cost;
import dev.rehome.cost.FleetCost;
import dev.rehome.dashboard.Chromium.Window;
import dev.rehome.error.RehomeException;
import dev.rehome.move.Move;
import dev.rehome.move.MoveListener;
import dev.rehome.move.MovePhase;
import dev.rehome.move.MoveReport;
import dev.rehome.move.SoakDecision;
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
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The page in a real browser. Whatever the browser complains about fails the test that it happens in. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageTest {
    private static final int CROWD = 10_000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration INTERVAL = Duration.ofMillis(200);
    private static final String MARKUP = "<img src=x onerror=alert(1)>";

    private Chromium chromium;
    private TestFleet fleet;
    private DashboardScene scene;

    @BeforeAll
    void open() throws SQLException {
        chromium = new Chromium();
        fleet = TestFleet.onPostgres();
        scene = new DashboardScene(fleet);
    }

    @AfterAll
    void close() throws SQLException {
        scene.close();
        fleet.execute("delete from rehome_directory.placement where schema_name = 'crowd'");
        fleet.close();
        chromium.close();
    }

    @Test
    void aWrongTokenIsToldSoAndARightOneOpensTheFleet() {
        try (Window window = chromium.open(scene.server(), ColorScheme.LIGHT)) {
            Page page = window.page();
            page.navigate("");
            page.getByLabel("Token").fill("some wrong token");
            page.getByLabel("Token").press("Enter");
            assertThat(page.getByRole(AriaRole.ALERT)).containsText("Nobody is known by that token");
            window.expected("401");
            page.getByLabel("Token").fill(DashboardScene.VIEWER);
            page.getByLabel("Token").press("Enter");
            assertThat(heading(page, "Fleet")).isVisible();
            assertThat(page.locator("#visitor")).hasText("wally, viewer");
            page.reload();
            assertThat(heading(page, "Fleet")).isVisible();
            button(page, "Sign out").click();
            assertThat(page.getByLabel("Token")).isVisible();
            page.reload();
            assertThat(page.getByLabel("Token")).isVisible();
        }
    }

    @Test
    void aMoveIsWatchedFromItsStartToItsSoakAndRolledBackByItsButtons() throws Exception {
        TenantId tenant = tenant("Rolling Stones", Tier.SHARED);
        Move move = scene.mover().plan(tenant, fleet.home(Tier.SCHEMA, tenant), true, "a test");
        CompletableFuture<MoveReport> moving = new CompletableFuture<>();
        Thread mover = new Thread(() -> {
            try {
                moving.complete(scene.mover()
                        .run(move.id(), MoveListener.NONE, SoakDecision.after(Duration.ofHours(1)), false));
            } catch (InterruptedException | RehomeException e) {
                moving.completeExceptionally(e);
            }
        });
        try (Window window = chromium.open(scene.server(), ColorScheme.LIGHT)) {
            Page page = window.signIn(DashboardScene.OPERATOR);
            navigate(page, "Moves");
            Locator row = page.getByRole(AriaRole.ROW)
                    .filter(new Locator.FilterOptions().setHasText("Rolling Stones"))
                    .first();
            assertThat(row.locator(".phase b")).hasText("planned");
            mover.start();
            assertThat(row.locator(".phase b")).hasText("cutover");
            row.getByRole(
                            AriaRole.LINK,
                            new Locator.GetByRoleOptions()
                                    .setName(move.id().toString().substring(0, 8)))
                    .click();
            assertThat(page.locator(".doing")).containsText("held back");

            button(page, "Cut over").click();
            Locator dialog = page.getByRole(AriaRole.DIALOG);
            assertThat(dialog).containsText("never longer than max_pause");
            dialog.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Leave it"))
                    .click();
            assertEquals(
                    Optional.empty(),
                    fleet.journal().status(move.id()).orElseThrow().request());
            button(page, "Cut over").click();
            dialog.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Cut over"))
                    .click();
            assertThat(page.locator(".rail .now")).hasText("soak");
            assertEquals(
                    Tier.SCHEMA,
                    fleet.directory().find(tenant).orElseThrow().home().tier());

            button(page, "Roll back").click();
            assertThat(dialog).containsText("with everything that was written since");
            dialog.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Roll back"))
                    .click();
            assertThat(page.locator(".rail .turned.end")).hasText("rolled back");
            assertThat(page.locator(".journal")).containsText("ann at the dashboard");
            assertThat(button(page, "Roll back")).hasCount(0);
        }
        assertEquals(MovePhase.ROLLED_BACK, moving.get().move().phase());
        assertEquals(
                Tier.SHARED, fleet.directory().find(tenant).orElseThrow().home().tier());
    }

    @Test
    void aMoveIsStartedOnThePageOfItsTenantAfterALookAtWhatItWouldTake() throws Exception {
        TenantId tenant = tenant("Moving Marbles", Tier.SHARED);
        try (Window window = chromium.open(scene.server(), ColorScheme.LIGHT)) {
            Page page = window.signIn(DashboardScene.OPERATOR);
            page.navigate("#/tenants/" + tenant);
            assertThat(heading(page, "Moving Marbles")).isVisible();
            page.locator("select[name=target]").selectOption("schema on default (eu)");
            button(page, "Look what it would take").click();
            assertThat(page.getByText("never more than")).isVisible();
            assertThat(page.getByText("A month then")).isVisible();
            assertEquals(Optional.empty(), fleet.journal().latest(tenant));

            button(page, "Start the move").click();
            Locator dialog = page.getByRole(AriaRole.DIALOG);
            assertThat(dialog).containsText("a roll-back loses nothing");
            dialog.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Start"))
                    .click();
            assertThat(heading(page, "Move of Moving Marbles")).isVisible();
            assertThat(page.locator(".rail .now")).hasText("planned");
            page.navigate("#/tenants/" + tenant);
            assertThat(heading(page, "Moving Marbles")).isVisible();
            assertThat(button(page, "Look what it would take")).hasCount(0);
        }
        Move move = fleet.journal().latest(tenant).orElseThrow().move();
        assertEquals(fleet.home(Tier.SCHEMA, tenant), move.target());
        scene.mover().cancel(move);
        try (Window window = chromium.open(scene.server(), ColorScheme.LIGHT)) {
            Page page = window.signIn(DashboardScene.VIEWER);
            page.navigate("#/tenants/" + tenant);
            assertThat(heading(page, "Moving Marbles")).isVisible();
            assertThat(button(page, "Look what it would take")).hasCount(0);
        }
    }

    @Test
    void aLineOfThePlanIsApprovedByItsButton() throws Exception {
        TenantId tenant = tenant("Growing Gardens", Tier.SHARED);
        propose(tenant);
        try (Window window = chromium.open(scene.server(), ColorScheme.DARK)) {
            Page page = window.signIn(DashboardScene.OPERATOR);
            navigate(page, "Plan");
            Locator row =
                    page.getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText("Growing Gardens"));
            assertThat(row).containsText("orders 612,340 > 500,000");
            row.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Approve"))
                    .click();
            page.getByRole(AriaRole.DIALOG)
                    .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Approve"))
                    .click();
            assertThat(row).containsText("approved");
        }
        PlanLine line =
                new Plans(scene.directory()).latest().orElseThrow().lines().get(0);
        assertEquals(PlanLine.State.APPROVED, line.state());
        assertEquals(Optional.of("ann at the dashboard"), line.by());
    }

    @Test
    void aViewerHasNoButtonsAndIsRefusedWithoutThem() throws Exception {
        TenantId tenant = tenant("Looked At", Tier.SHARED);
        Move move = scene.mover().plan(tenant, fleet.home(Tier.SCHEMA, tenant));
        try (Window window = chromium.open(scene.server(), ColorScheme.LIGHT)) {
            Page page = window.signIn(DashboardScene.VIEWER);
            page.navigate("#/moves/" + move.id());
            assertThat(heading(page, "Move of Looked At")).isVisible();
            assertThat(button(page, "Cancel")).hasCount(0);
            Object status = page.evaluate(
                    "move => fetch(`/api/v1/moves/${move}/cancel`, { method: 'POST', body: '{}',"
                            + " headers: { 'Content-Type': 'application/json', 'X-Rehome': '1' } }).then(answer => answer.status)",
                    move.id().toString());
            assertEquals(403, status);
            window.expected("403");
        }
        assertEquals(
                Optional.empty(),
                fleet.journal().status(move.id()).orElseThrow().request());
        scene.mover().cancel(move);
    }

    @Test
    void aTenantWhoseNameIsMarkupIsShownByThatName() throws Exception {
        TenantId tenant = tenant(MARKUP, Tier.SHARED);
        Move move = scene.mover().plan(tenant, fleet.home(Tier.SCHEMA, tenant));
        try (Window window = chromium.open(scene.server(), ColorScheme.LIGHT)) {
            Page page = window.signIn(DashboardScene.OPERATOR);
            page.getByPlaceholder("Find a tenant").fill(MARKUP);
            page.getByPlaceholder("Find a tenant").press("Enter");
            page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(MARKUP))
                    .click();
            assertThat(heading(page, MARKUP)).isVisible();
            navigate(page, "Moves");
            assertThat(page.getByText(MARKUP).first()).isVisible();
            assertEquals(0, page.locator("main img").count());
        }
        scene.mover().cancel(move);
    }

    @Test
    void tenThousandTenantsAreAPageAtATime() throws Exception {
        scene.get("/fleet"); // what it tells now it may tell for some seconds more
        fleet.execute("insert into rehome_directory.tenant (tenant_id, name) select gen_random_uuid(), 'crowd '"
                + " || to_char(n, 'FM00000') from generate_series(1, " + CROWD + ") n");
        fleet.execute(
                "insert into rehome_directory.placement (tenant_id, tier, server_name, database_name, schema_name, epoch)"
                        + " select tenant_id, 'SHARED', 'default', current_database(), 'crowd', 1 from rehome_directory.tenant"
                        + " where name like 'crowd %'");
        fleet.execute(
                "insert into rehome_directory.tenant_size (tenant_id, exact, tables, row_counts, hour_rows, bytes)"
                        + " select tenant_id, true, '{customers,orders}', array[right(name, 5)::bigint, 10 * right(name, 5)::bigint], 0,"
                        + " 1000 * right(name, 5)::bigint from rehome_directory.tenant where name like 'crowd %'");
        Deadline deadline = Deadline.in(PATIENCE);
        while (scene.get("/fleet").json().at("/figures/measured/tenants").asLong() < CROWD) {
            assertFalse(deadline.passed(), "the fleet's figures stay old");
            deadline.sleep(INTERVAL);
        }
        try (Window window = chromium.open(scene.server(), ColorScheme.LIGHT)) {
            Page page = window.signIn(DashboardScene.VIEWER);
            page.navigate("#/tenants?q=crowd");
            assertThat(page.getByText("1 to 50 of 10,000")).isVisible();
            assertEquals(50, page.locator("tbody tr").count());
            button(page, "Last").click();
            assertThat(page.getByText("9,951 to 10,000 of 10,000")).isVisible();
            assertThat(page.locator("tbody tr").last()).containsText("crowd 10000");
            button(page, "Data").click();
            assertThat(page.locator("tbody tr").first()).containsText("crowd 10000");
            assertThat(page.locator("th[aria-sort]")).hasText(Pattern.compile("Data"));
            page.getByLabel("Tier").selectOption("database");
            assertThat(page.getByText("No tenant is like that.")).isVisible();
            page.goBack();
            assertThat(page.locator("tbody tr").first()).containsText("crowd 10000");
            navigate(page, "Fleet");
            assertThat(page.locator(".headline")).containsText(Pattern.compile("10,\\d\\d\\d"));
        }
    }

    @Test
    void everyPageIsReachedByTheKeyboardAndSaysWhatItIs() {
        try (Window window = chromium.open(scene.server(), ColorScheme.DARK)) {
            Page page = window.signIn(DashboardScene.OPERATOR);
            for (String name :
                    List.of("Tenants", "Moves", "Plan", "Schema", "Isolation", "Servers", "Audit", "Fleet")) {
                Locator link = page.getByRole(
                                AriaRole.NAVIGATION, new Page.GetByRoleOptions().setName("Parts of the dashboard"))
                        .getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName(name));
                link.focus();
                page.keyboard().press("Enter");
                assertThat(heading(page, name)).isVisible();
                assertTrue(page.title().startsWith(name), page.title());
                assertEquals("main", page.evaluate("document.activeElement.id"), "what was opened has the focus");
                assertEquals("page", link.getAttribute("aria-current"));
                Object unnamed = page.evaluate("[...document.querySelectorAll('button, a, input, select')]"
                        + ".filter(each => !(each.textContent.trim() || each.labels?.length || each.getAttribute('aria-label')))"
                        + ".map(each => each.outerHTML)");
                assertEquals(List.of(), unnamed);
            }
            page.keyboard().press("Tab");
            assertFalse(
                    page.evaluate("document.activeElement === document.body").equals(true));
        }
    }

    @Test
    void aCheckIsRunByItsButton() {
        try (Window window = chromium.open(scene.server(), ColorScheme.LIGHT)) {
            Page page = window.signIn(DashboardScene.OPERATOR);
            navigate(page, "Schema");
            Locator levels = page.locator(".check")
                    .filter(new Locator.FilterOptions()
                            .setHas(page.getByText("Levels", new Page.GetByTextOptions().setExact(true))));
            levels.getByRole(AriaRole.BUTTON).click();
            assertThat(levels).containsText("At the newest level");
            assertThat(levels).containsText("ann at the dashboard");
        }
    }

    private TenantId tenant(String name, Tier tier) throws SQLException {
        TenantId tenant = fleet.createTenant(tier);
        fleet.execute("update rehome_directory.tenant set name = '" + name + "' where tenant_id = '" + tenant + "'");
        return tenant;
    }

    private void propose(TenantId tenant) {
        Cost little = new Cost(new BigDecimal("0.05"), new BigDecimal("0.20"));
        Cost much = new Cost(new BigDecimal("50"), new BigDecimal("200"));
        PlanLine line = new PlanLine(
                LineId.random(),
                fleet.directory().find(tenant).orElseThrow(),
                fleet.home(Tier.DATABASE, tenant),
                new Reason(Reason.Kind.SIZE, "orders 612,340 > 500,000"),
                OptionalLong.of(412_000_000),
                new Expectation(
                        Optional.of(Duration.ofSeconds(42)), Optional.of(Duration.ofMillis(36)), "12 earlier moves"),
                little,
                much,
                Instant.now(),
                PlanLine.State.PROPOSED,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        new Plans(scene.directory())
                .propose(new Plan(
                        UUID.randomUUID(),
                        Instant.now(),
                        "a test",
                        10_000,
                        new FleetCost(
                                "USD", little.times(10_000), little.times(9_999).plus(much), much.times(10_000)),
                        List.of(line),
                        List.of()));
    }

    private static Locator heading(Page page, String name) {
        return page.getByRole(
                AriaRole.HEADING, new Page.GetByRoleOptions().setName(name).setLevel(1));
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static void navigate(Page page, String name) {
        page.getByRole(AriaRole.NAVIGATION, new Page.GetByRoleOptions().setName("Parts of the dashboard"))
                .getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName(name))
                .click();
        assertThat(heading(page, name)).isVisible();
    }
}
