package org.mycoswarm.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How the page looks: every view, wide and narrow, light and dark. The pictures stay in
/// `target/screenshots` for a person to look at.
class ConsoleLooksTest {
  private static final List<String> VIEWS =
      List.of(
          "",
          "jobs",
          "jobs/docs-2",
          "nodes",
          "models",
          "collections",
          "collections/manuals",
          "collections/notes?q=heating",
          "collections/notes/runs/notes-run");

  private static ConsoleBrowser browser;
  private ScriptedBroker broker;

  @BeforeAll
  static void startBrowser() {
    browser = ConsoleBrowser.start();
  }

  @AfterAll
  static void stopBrowser() {
    browser.close();
  }

  @BeforeEach
  void swarmAtWork() throws IOException {
    broker = new ScriptedBroker();
    BusySwarm.fill(broker.swarm);
    KnownNotes.fill(broker.collections);
    KnownModels.fill(broker.models);
  }

  @AfterEach
  void stopBroker() {
    broker.close();
  }

  @ParameterizedTest
  @CsvSource({"1280,LIGHT", "1280,DARK", "320,LIGHT", "320,DARK"})
  void everyViewFitsItsWidthAndHasEnoughContrast(int width, ColorScheme scheme) throws IOException {
    var options = new Browser.NewContextOptions().setViewportSize(width, 800);
    try (BrowserContext context = browser.fresh(options.setColorScheme(scheme))) {
      Page page = context.newPage();
      for (String view : VIEWS) {
        page.navigate(broker.url() + "/console/#/" + view);
        assertThat(page.locator("main h1")).isAttached();
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("live");
        assertThat(page.getByText("Reading the").first()).not().isVisible();
        if (view.equals("jobs/docs-2")) {
          page.locator("[data-task='docs-2.3'] button").click();
          page.locator("details.files > summary").click();
          assertThat(page.getByText("scans/map.png")).isVisible();
        }
        if (view.equals("models")) {
          assertThat(page.locator("[data-plan]")).hasCount(3);
        }
        if (view.contains("notes")) {
          assertThat(page.locator(".hit, .changes").first()).isVisible();
        }

        String name =
            (view.isEmpty() ? "swarm" : view.replaceAll("[/?=]", "-")) + "-" + width + "-" + scheme;
        page.screenshot(
            new Page.ScreenshotOptions()
                .setFullPage(true)
                .setClip(0, 0, width, height(page))
                .setPath(Path.of("target", "screenshots", name.toLowerCase(Locale.ROOT) + ".png")));
        assertThat(page.evaluate("document.documentElement.scrollWidth"))
            .as("width of %s", name)
            .isEqualTo(width);
        assertThat((List<?>) page.evaluate(contrast())).as("low contrast in %s", name).isEmpty();
      }
    }
  }

  /// Long pages are cut: nobody looks at row 50.
  private static int height(Page page) {
    return Math.min(2000, (int) page.evaluate("document.documentElement.scrollHeight"));
  }

  private static String contrast() throws IOException {
    try (InputStream script = ConsoleLooksTest.class.getResourceAsStream("/contrast.js")) {
      return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
