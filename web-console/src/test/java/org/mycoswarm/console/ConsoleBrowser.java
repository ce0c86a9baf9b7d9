package org.mycoswarm.console;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/// The machine's own Chromium, headless, for tests of the page. Where there is none the tests are
/// skipped and say so; with `MYCOSWARM_REQUIRE_BROWSER=true` they fail instead. One thread at a
/// time.
public final class ConsoleBrowser implements AutoCloseable {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path NODE = Path.of("/usr/bin/node");

  private final Playwright playwright;
  private final Browser browser;

  private ConsoleBrowser() {
    var environment =
        Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1", "PLAYWRIGHT_NODEJS_PATH", NODE.toString());
    playwright = Playwright.create(new Playwright.CreateOptions().setEnv(environment));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(CHROMIUM)
                    .setArgs(
                        List.of(
                            "--no-sandbox",
                            "--headless",
                            "--disable-gpu",
                            "--disable-quic",
                            "--disable-background-networking",
                            "--no-first-run")));
  }

  /// @throws TestAbortedException when the machine has no Chromium or no Node.js to drive it with
  /// @throws AssertionFailedError in the same case, when a browser is required
  public static ConsoleBrowser start() {
    missing(CHROMIUM, NODE).ifPresent(why -> refuse(why, required()));
    return new ConsoleBrowser();
  }

  /// A browser without history: its own storage, its own shared workers.
  public BrowserContext fresh(Browser.NewContextOptions options) {
    BrowserContext context = browser.newContext(options);
    context.setDefaultTimeout(10_000);
    return context;
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }

  static Optional<String> missing(Path chromium, Path node) {
    if (!Files.isExecutable(chromium)) {
      return Optional.of(
          "browser tests did NOT run: no Chromium at %s; install it with apt-get install chromium"
              .formatted(chromium));
    }
    if (!Files.isExecutable(node)) {
      return Optional.of(
          "browser tests did NOT run: no Node.js at %s, which drives Chromium in tests; install it with apt-get install nodejs"
              .formatted(node));
    }
    return Optional.empty();
  }

  static void refuse(String why, boolean required) {
    if (required) {
      throw new AssertionFailedError(why + " (MYCOSWARM_REQUIRE_BROWSER is true)");
    }
    System.err.println(why);
    throw new TestAbortedException(why);
  }

  private static boolean required() {
    return "true".equals(System.getenv("MYCOSWARM_REQUIRE_BROWSER"))
        || Boolean.getBoolean("MYCOSWARM_REQUIRE_BROWSER");
  }
}
