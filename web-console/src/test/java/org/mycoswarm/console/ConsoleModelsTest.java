package org.mycoswarm.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.console.ScriptedModels.runs;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Models on the page, in a real browser: their plans as pictures, and what runs. Takes the picture
/// for the documents on its way, into `target/screenshots`.
class ConsoleModelsTest {
  private static final LocatorAssertions.ContainsTextOptions SOON =
      new LocatorAssertions.ContainsTextOptions().setTimeout(15_000);

  private static ConsoleBrowser browser;

  private final List<String> complaints = new ArrayList<>();
  private ScriptedBroker broker;
  private BrowserContext context;
  private Page page;

  @BeforeAll
  static void startBrowser() {
    browser = ConsoleBrowser.start();
  }

  @AfterAll
  static void stopBrowser() {
    browser.close();
  }

  @BeforeEach
  void openContext() throws IOException {
    broker = new ScriptedBroker();
    context = browser.fresh(new Browser.NewContextOptions().setViewportSize(1100, 860));
    page = context.newPage();
    page.onPageError(complaints::add);
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error")) {
            complaints.add(message.text());
          }
        });
  }

  @AfterEach
  void nothingFailedInTheBrowser() {
    context.close();
    broker.close();
    assertThat(complaints).isEmpty();
  }

  @Test
  void aCutModelIsAPictureOfItsStagesThatMarksTheNarrowestInWords() {
    KnownModels.fill(broker.models);
    open();

    Locator plan = page.locator("[data-model=llama-3b] [data-plan=sharded]");
    Locator boxes = plan.locator(".stage");
    assertThat(boxes).hasCount(3);
    assertThat(boxes.nth(1)).containsText("old-laptop");
    assertThat(boxes.nth(1)).containsText("narrowest");
    assertThat(boxes.nth(1)).containsText("38.2 ms a token");
    assertThat(boxes.first()).containsText("3.13 GiB weights + 400 MiB cache");
    assertThat(boxes.first()).not().containsText("narrowest");
    assertThat(plan.locator(".sends").first()).hasText("6 KiB");
    assertThat(plan.locator(".flow")).hasCount(2);
    assertThat(plan).containsText(KnownModels.CUT);
    assertThat(plan.locator("tbody tr").nth(1)).containsText("narrowest");
    assertThat(plan.locator("desc")).containsText("stage 2, the narrowest, on old-laptop");
    page.screenshot(
        new Page.ScreenshotOptions().setPath(Path.of("target", "screenshots", "plan.png")));
  }

  @Test
  void aModelThatOneNodeHoldsIsOneBoxWithTheReason() {
    KnownModels.fill(broker.models);
    open();

    Locator model = page.locator("[data-model=smol-135m]");
    assertThat(model).containsText("runs whole on one node");
    assertThat(model).containsText("it begins to run when it is asked for");
    assertThat(model.locator("[data-plan=whole]")).containsText(KnownModels.WHOLE);
    assertThat(model.locator(".stage")).hasCount(1);
    assertThat(model.locator(".stage")).containsText("the whole model");
    assertThat(model.locator(".flow")).hasCount(0);
  }

  @Test
  void aModelThatDoesNotFitSaysHowMuchIsMissing() {
    KnownModels.fill(broker.models);
    open();

    Locator plan = page.locator("[data-model=llama-8b] [data-plan=no]");
    assertThat(plan).containsText("Does not fit, 1.5 GiB missing. " + KnownModels.NO);
    assertThat(plan.locator("desc"))
        .hasText(
            "llama-8b needs 15.1 GiB: 14.6 GiB of weights and 512 MiB of caches; 1.5 GiB are missing.");
    assertThat(plan.locator("tbody")).containsText("1.5 GiB");
  }

  @Test
  void aPipelineThatRunsShowsItsStagesAndWhatBecomesOfThem() {
    KnownModels.fill(broker.models);
    open();
    Locator running = page.locator("[data-pipeline=p-llama-3b]");
    assertThat(running).containsText("2 sessions open");
    assertThat(running.locator(".stage").nth(1)).containsText("moving");
    assertThat(running.locator(".stage").nth(1)).containsText("epoch 2");
    assertThat(running.locator("tbody tr").nth(1)).containsText("leasing");

    broker.models.running(
        "llama-3b", "ready", 1, List.of(runs(0, "workstation", 3, "ready", 1_377)));

    assertThat(running.locator(".stage").first()).containsText("1,377 steps done", SOON);
    assertThat(running.locator(".stage")).hasCount(1);
    assertThat(running.locator(".stage")).containsText("ready");
  }

  @Test
  void onAPhoneTheStagesStandBelowEachOther() {
    KnownModels.fill(broker.models);
    page.setViewportSize(360, 800);
    open();

    Locator boxes = page.locator("[data-plan=sharded] .stage .box");
    assertThat(boxes).hasCount(3);
    assertThat(boxes.nth(1).boundingBox().y).isGreaterThan(boxes.first().boundingBox().y + 100);
    assertThat(page.locator("[data-plan=sharded] .sends").first()).hasText("6 KiB a token");
  }

  @Test
  void withoutAModelThePageSaysHowToAddOne() {
    open();

    assertThat(page.locator(".empty")).containsText("./mycoswarm models add DIR");
  }

  private void open() {
    page.navigate(broker.url() + "/console/#/models");
    assertThat(page.getByRole(AriaRole.STATUS)).hasText("live");
  }
}
