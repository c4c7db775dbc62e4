package dev.rehome.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The machine's own Chromium, without a window. Tests that need it are skipped where there is none. */
final class Chromium implements AutoCloseable {
    private static final List<Path> PLACES = Stream.of(
                    "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
            .map(Path::of)
            .toList();
    private static final double PATIENCE_MILLIS = 60_000;
    private static final int WIDTH = 1360;
    private static final int HEIGHT = 900;

    private final Playwright playwright;
    private final Browser browser;

    Chromium() {
        Path place = PLACES.stream().filter(Files::isExecutable).findFirst().orElse(null);
        assumeTrue(place != null, "needs Chromium");
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(place)
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-background-networking",
                                "--disable-sync",
                                "--no-first-run")));
    }

    /** Somebody with a browser of his own. */
    Window open(DashboardServer server, ColorScheme colours) {
        BrowserContext context = browser.newContext(new Browser.NewContextOptions()
                .setBaseURL(server.address().toString())
                .setViewportSize(WIDTH, HEIGHT)
                .setColorScheme(colours)
                .setReducedMotion(ReducedMotion.REDUCE));
        context.setDefaultTimeout(PATIENCE_MILLIS);
        return new Window(context);
    }

    /** Its page, and what the browser complained about: errors of scripts, refusals of the content policy, answers of failures. */
    static final class Window implements AutoCloseable {
        private final BrowserContext context;
        private final Page page;
        private final List<String> complaints = new ArrayList<>();

        private Window(BrowserContext context) {
            this.context = context;
            this.page = context.newPage();
            page.onConsoleMessage(message -> {
                if (message.type().equals("error") || message.type().equals("warning")) {
                    complaints.add(message.text());
                }
            });
            page.onPageError(complaints::add);
            page.onDialog(dialog -> {
                complaints.add("a dialog of the browser: " + dialog.message());
                dialog.dismiss();
            });
        }

        Page page() {
            return page;
        }

        Page signIn(String token) {
            page.navigate("");
            page.getByLabel("Token").fill(token);
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign in"))
                    .click();
            page.locator("#live.live").waitFor();
            return page;
        }

        /** What was complained of up to now is as it should be. */
        void expected(String complaint) {
            complaints.removeIf(text -> text.contains(complaint));
        }

        @Override
        public void close() {
            context.close();
            assertEquals(List.of(), complaints);
        }
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
