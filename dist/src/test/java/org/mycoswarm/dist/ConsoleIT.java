package org.mycoswarm.dist;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.console.ConsoleBrowser;
import org.mycoswarm.inference.shard.KjvTiny;
import org.mycoswarm.sharding.graph.LlamaWriter;

/// The page as people see it: served by a real broker, watching real nodes work. Takes the pictures
/// for the README and the reference on its way, into `target/pictures`.
class ConsoleIT {
  private static final LocatorAssertions.ContainsTextOptions PATIENTLY =
      new LocatorAssertions.ContainsTextOptions().setTimeout(180_000);

  @TempDir Path folder;

  @Test
  void aPersonWatchesAFolderBeingEmbedded() {
    List<String> mistakes = new ArrayList<>();
    try (ConsoleBrowser chromium = ConsoleBrowser.start();
        Swarm swarm = new Swarm(folder);
        BrowserContext person =
            chromium.fresh(new Browser.NewContextOptions().setViewportSize(1280, 860))) {
      swarm.broker();
      swarm.node("attic-pc");
      swarm.node("mini-pc");
      swarm.awaitOnline(2);
      Page page = person.newPage();
      page.onConsoleMessage(
          message -> {
            if (message.type().equals("error")) {
              mistakes.add(message.text());
            }
          });
      page.navigate("http://127.0.0.1:" + swarm.port() + "/");
      assertThat(page).hasURL(Pattern.compile(".*/console/.*"));
      assertThat(page.locator("main")).containsText("mini-pc");

      CommandRun first =
          swarm.cli("embed", Swarm.ROOT.resolve("docs/adr").toString(), "--name", "decisions");
      CommandRun run =
          swarm.cli("embed", Swarm.ROOT.resolve("docs").toString(), "--name", "docs", "--detach");
      assertThat(first.exit()).as(first::all).isZero();
      assertThat(run.exit()).as(run::all).isZero();
      assertThat(page.locator(".thread.lit").first()).isVisible();
      page.screenshot(
          new Page.ScreenshotOptions().setPath(Path.of("target", "pictures", "console.png")));

      page.navigate(page.url().replaceAll("#.*", "") + "#/jobs");
      assertThat(page.locator("[data-job]", withText("docs"))).containsText("succeeded", PATIENTLY);
      page.locator("[data-job] a").first().click();
      assertThat(page.locator("[data-task]").first()).containsText("succeeded");
      page.navigate(page.url().replaceAll("#.*", "") + "#/nodes");
      assertThat(page.locator("[data-node]")).hasCount(2);
      assertThat(page.locator("[data-node]").first()).containsText("all-minilm-l6-v2-int8");
      assertThat(mistakes).isEmpty();
    }
  }

  @Test
  void aPersonMakesAFolderSearchableAndReadsTheReport() {
    Path notes = Documents.few(folder.resolve("notes"));
    List<String> mistakes = new ArrayList<>();
    try (ConsoleBrowser chromium = ConsoleBrowser.start();
        Swarm swarm = new Swarm(folder.resolve("swarm"));
        BrowserContext person =
            chromium.fresh(new Browser.NewContextOptions().setViewportSize(1100, 760))) {
      swarm.broker();
      swarm.node("attic-pc");
      swarm.awaitOnline(1);
      swarm.embeddingModel();
      Page page = person.newPage();
      page.onPageError(mistakes::add);

      page.navigate("http://127.0.0.1:" + swarm.port() + "/console/#/collections");
      page.getByLabel("Folder on the broker's machine").fill(notes.toString());
      page.getByLabel("Name of the collection").fill("notes");
      page.keyboard().press("Enter");
      assertThat(page.locator("[data-run]")).containsText("succeeded", PATIENTLY);

      page.getByRole(AriaRole.SEARCHBOX).fill("when is the heating serviced?");
      page.keyboard().press("Enter");
      Locator best = page.locator(".hit").first();
      assertThat(best).containsText("house/heating.txt");
      assertThat(best.locator("mark").first()).hasText("heating");

      page.locator("[data-run] a").click();
      assertThat(page.locator(".changes")).containsText("3 added");
      assertThat(page.locator("[data-list=files]")).containsText("house/heating.txt");
      assertThat(page.getByText("attic-pc")).isVisible();
      page.screenshot(
          new Page.ScreenshotOptions().setPath(Path.of("target", "pictures", "report.png")));
      assertThat(mistakes).isEmpty();
    }
  }

  @Test
  void aPersonSeesHowAModelIsCut() throws IOException {
    List<String> mistakes = new ArrayList<>();
    Path model = folder.resolve("kjv-tiny");
    KjvTiny.write(model, LlamaWriter.Layout.PLAIN);
    Path none = Files.createDirectories(folder.resolve("no-models"));
    try (ConsoleBrowser chromium = ConsoleBrowser.start();
        Swarm swarm = new Swarm(folder.resolve("swarm"));
        BrowserContext person =
            chromium.fresh(new Browser.NewContextOptions().setViewportSize(1100, 860))) {
      swarm.broker();
      // A stage takes 64 MiB to work with, and each of the four layers 2.7 with its caches.
      swarm.node("attic-pc", "--ram", "70", "--models", none.toString());
      swarm.node("mini-pc", "--ram", "68", "--models", none.toString());
      swarm.node("old-laptop", "--ram", "68", "--models", none.toString());
      assertThat(swarm.cli("models", "add", model.toString()).exit()).isZero();
      swarm.awaitOnline(3);
      Page page = person.newPage();
      page.onPageError(mistakes::add);
      page.navigate("http://127.0.0.1:" + swarm.port() + "/console/#/models");
      assertThat(page.locator("[data-plan]")).containsText("stage 3", PATIENTLY);
      assertThat(page.locator("[data-plan]")).containsText("old-laptop");
      assertThat(page.locator("[data-plan]")).containsText("narrowest");
      page.screenshot(
          new Page.ScreenshotOptions().setPath(Path.of("target", "pictures", "plan.png")));

      CommandRun run = swarm.cli("generate", "--model", "kjv-tiny", "--max-tokens", "5", "In the");

      assertThat(run.exit()).as(run::all).isZero();
      page.reload();
      assertThat(page.locator("[data-pipeline]")).containsText("ready", PATIENTLY);
      assertThat(mistakes).isEmpty();
    }
  }

  private static Page.LocatorOptions withText(String text) {
    return new Page.LocatorOptions().setHasText(text);
  }
}
