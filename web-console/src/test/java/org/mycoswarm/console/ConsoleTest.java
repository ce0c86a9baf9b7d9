package org.mycoswarm.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.HasTextOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.IsVisibleOptions;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mycoswarm.schema.wire.FileReport;

/// What a person can do and see on the page, in a real browser. That nothing was blocked by the
/// Content-Security-Policy and no script failed is checked after each test.
class ConsoleTest {
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
    context = browser.fresh(new Browser.NewContextOptions());
    page = tab();
  }

  @AfterEach
  void nothingFailedInTheBrowser() {
    context.close();
    broker.close();
    assertThat(complaints).isEmpty();
  }

  @Test
  void anEmptySwarmSaysWhatToTypeNext() {
    open("");

    assertThat(page.getByText("No node yet.")).containsText("./mycoswarm node");
    assertThat(page.getByText("No job yet.")).containsText("./mycoswarm embed FOLDER");
  }

  @Test
  void thePictureLightsTheThreadsOfNodesThatHoldLeases() {
    broker.swarm.node("n1", "laptop", "cpu", 2000);
    broker.swarm.job("j1", "docs", 2, List.of());
    open("");
    assertThat(page.getByRole(AriaRole.IMG, named("The broker has 2 tasks ready"))).isVisible();
    assertThat(page.locator(".thread.lit")).hasCount(0);

    String lease = broker.swarm.lease("j1.0", "n1");

    assertThat(page.locator(".thread.lit")).hasCount(1);
    assertThat(page.getByRole(AriaRole.LINK, linked("laptop, online, 1 leases"))).isVisible();

    broker.swarm.succeed(lease, 3);

    assertThat(page.locator(".thread.lit")).hasCount(0);
  }

  @Test
  void aJobInTheListMovesOnWithoutAReload() {
    broker.swarm.node("n1", "laptop", "cpu", 2000);
    open("jobs");
    broker.swarm.job("j1", "docs", 2, List.of());
    Locator row = page.locator("[data-job=j1]");
    assertThat(row.getByRole(AriaRole.PROGRESSBAR)).hasAttribute("aria-valuenow", "0");

    broker.swarm.succeed(broker.swarm.lease("j1.0", "n1"), 3);

    assertThat(row.getByRole(AriaRole.PROGRESSBAR)).hasAttribute("aria-valuenow", "1");
    assertThat(row).containsText("running");

    broker.swarm.succeed(broker.swarm.lease("j1.1", "n1"), 3);
    broker.swarm.finish("j1", "succeeded");

    assertThat(row).containsText("succeeded");
    assertThat(row.getByRole(AriaRole.BUTTON)).hasCount(0);
  }

  @Test
  void jobsAreFilteredByStateAndReadInPages() {
    for (int i = 1; i <= 53; i++) {
      broker.swarm.job("j" + i, "docs " + i, 1, List.of());
    }
    broker.swarm.finish("j7", "failed");
    open("jobs");
    Locator rows = page.locator("[data-job]");
    assertThat(rows).hasCount(50);

    page.getByRole(AriaRole.BUTTON, button("more")).click();
    assertThat(rows).hasCount(3);
    page.getByRole(AriaRole.BUTTON, button("back")).click();
    assertThat(rows).hasCount(50);
    page.getByRole(AriaRole.RADIO, button("failed").setExact(true)).check();

    assertThat(rows).hasCount(1);
    assertThat(rows).containsText("docs 7");
    assertThat(page).hasURL(Pattern.compile(".*#/jobs\\?state=failed"));
  }

  @Test
  void cancelAsksFirst() {
    broker.swarm.job("j1", "docs", 4, List.of());
    open("jobs");
    Locator row = page.locator("[data-job=j1]");
    Locator dialog = page.getByRole(AriaRole.DIALOG);

    row.getByRole(AriaRole.BUTTON).click();
    assertThat(dialog).containsText("Its 4 open tasks end now.");
    page.keyboard().press("Escape");
    assertThat(dialog).hasCount(0);
    assertThat(row).containsText("running");
    row.getByRole(AriaRole.BUTTON).click();
    dialog.getByText("cancel the job").click();

    assertThat(row).containsText("cancelled");
    assertThat(dialog).hasCount(0);
  }

  @Test
  void aTaskOpensToShowItsAttemptsWithTheReason() {
    broker.swarm.node("n1", "laptop", "cpu", 2000);
    broker.swarm.job("j1", "docs", 3, List.of());
    broker.swarm.fail(broker.swarm.lease("j1.1", "n1"), "Expected 8 rows, but got 7.");
    open("jobs/j1");
    Locator button = page.locator("[data-task='j1.1'] button");

    button.click();

    assertThat(button).hasAttribute("aria-expanded", "true");
    Locator attempts = page.locator(".attempts tbody tr");
    assertThat(attempts).hasCount(1);
    assertThat(attempts.first()).containsText("Expected 8 rows, but got 7.");

    broker.swarm.succeed(broker.swarm.lease("j1.1", "n1"), 8);

    assertThat(attempts).hasCount(2);
    assertThat(attempts.last()).containsText("succeeded");
  }

  @Test
  void tasksAreFilteredByStateAndKindWithoutLosingTheFocus() {
    broker.swarm.node("n1", "laptop", "cpu", 2000);
    broker.swarm.job("j1", "docs", 5, List.of());
    broker.swarm.lease("j1.0", "n1");
    broker.swarm.lease("j1.2", "n1");
    open("jobs/j1");
    Locator rows = page.locator("[data-task]");
    assertThat(rows).hasCount(5);

    Locator leased = page.locator("input[name=task-state]").nth(4);
    leased.check();
    assertThat(rows).hasCount(2);
    assertThat(leased).isFocused();
    page.locator("input[name=task-kind]").nth(2).check();

    assertThat(rows).hasCount(1);
    assertThat(rows).containsText("embed");
  }

  @Test
  void theReportSaysWhatBecameOfEachFile() {
    broker.swarm.job(
        "j1",
        "docs",
        1,
        List.of(
            new FileReport("a.md", "embedded", "ab", 3, 3, null, null),
            new FileReport("b.png", "unsupported", "cd", 0, 0, null, "It is image/png.")));
    open("jobs/j1");

    page.locator("details.files > summary").click();

    Locator rows = page.locator("details.files tbody tr");
    assertThat(rows).hasCount(2);
    assertThat(rows.first()).containsText("It is image/png.");
    assertThat(page.getByText("NumPy matrix"))
        .hasAttribute("href", "/api/v1/jobs/j1/results?format=npy&partial=true");
  }

  @Test
  void aNodeShowsWhatItCanDoWhatItLacksAndWhatItLeases() {
    broker.swarm.node("n1", "laptop", "cpu", 2000);
    broker.swarm.job("j1", "docs", 2, List.of());
    open("nodes");
    Locator card = page.locator("[data-node=n1]");
    assertThat(card).containsText("all-MiniLM-L6-v2-int8");
    assertThat(card).containsText("2,000 tokens/s");
    assertThat(card).containsText("total 16 GiB");
    assertThat(card).containsText("Expected an NVIDIA driver");

    broker.swarm.lease("j1.1", "n1");

    assertThat(card.locator(".leases")).containsText("guide/install.md, part 1");

    broker.swarm.offline("n1");

    assertThat(card).containsText("offline");
  }

  @Test
  void aLostConnectionIsSaidAndHealsWithoutAGap() throws IOException {
    broker.swarm.node("n1", "laptop", "cpu", 2000);
    broker.swarm.job("j1", "docs", 2, List.of());
    open("jobs");
    broker.swarm.lease("j1.0", "n1");
    Locator row = page.locator("[data-job=j1]");
    assertThat(row.locator(".progress")).hasAttribute("title", Pattern.compile(".* 1 leased.*"));

    broker.stop();

    assertThat(status()).hasText("connection lost, trying again");
    assertThat(page.getByText("./mycoswarm up")).isVisible();
    assertThat(row).isVisible();

    broker.swarm.finish("j1", "succeeded");
    broker.startAgain();

    assertThat(status()).hasText("live");
    assertThat(row).containsText("succeeded");
    assertThat(broker.resumed.getLast()).matches("(Last-Event-ID|after) 3");
    complaints.clear(); // the browser itself reports connections that were refused
  }

  @Test
  void anotherBrokerUnderTheSameAddressIsFollowedFromItsBeginning() throws IOException {
    broker.swarm.job("j1", "docs", 1, List.of());
    broker.swarm.job("j2", "notes", 1, List.of());
    open("jobs");
    broker.swarm.finish("j2", "failed");
    assertThat(page.locator("[data-job=j2]")).containsText("failed");

    broker.stop();
    broker.becomeAnother();
    broker.startAgain();

    assertThat(page.getByText("No job yet.")).isVisible(new IsVisibleOptions().setTimeout(15_000));
    assertThat(status()).hasText("live", new HasTextOptions().setTimeout(15_000));
    broker.swarm.job("j3", "letters", 1, List.of());
    assertThat(page.locator("[data-job=j3]")).isVisible();
    complaints.clear(); // the browser itself reports connections that were refused
  }

  @Test
  void anEntryThatComesBeforeItsTablesIsShownAllTheSame() {
    broker.swarm.job("j1", "docs", 1, List.of());
    open("jobs");
    assertThat(page.locator("[data-job=j1]")).containsText("running");

    page.waitForResponse(Pattern.compile(".*/jobs/j1"), () -> broker.swarm.tellFinished("j1"));
    broker.swarm.showFinished("j1", "succeeded");

    assertThat(page.locator("[data-job=j1]")).containsText("succeeded");
  }

  @Test
  void withoutTheTokenThePageAsksForIt() throws IOException {
    broker.swarm.job("j1", "docs", 1, List.of());
    broker.requireToken("s3cret");
    page.navigate(broker.url() + "/console/#/jobs/j1");
    Locator field = page.getByLabel("Token, or the join text");
    assertThat(page.getByText("Expected the token of this broker")).isVisible();

    field.fill("wrong");
    field.press("Enter");
    assertThat(page.getByText("Expected the token of this broker")).isVisible();
    field.fill("myco1.b7k2.s3cret");
    field.press("Enter");

    assertThat(status()).hasText("live");
    assertThat(page.getByRole(AriaRole.HEADING, heading("docs"))).isVisible();
    var download = page.waitForDownload(() -> page.getByText("JSON lines").click());
    assertThat(Files.readString(download.path())).isEqualTo("{\"vector\":[]}\n");
    assertThat(broker.calls.stream().filter(call -> call.contains("s3cret")))
        .isNotEmpty()
        .allMatch(call -> call.startsWith("GET /api/v1/events?access_token="));
    complaints.clear(); // the browser itself reports each 401
  }

  @Test
  void sevenTabsShareOneStream() {
    broker.swarm.job("j1", "docs", 1, List.of());
    List<Page> tabs = new ArrayList<>(List.of(page));
    for (int i = 0; i < 6; i++) {
      tabs.add(tab());
    }
    tabs.forEach(tab -> tab.navigate(broker.url() + "/console/#/jobs"));
    tabs.forEach(tab -> assertThat(tab.locator("[data-job=j1]")).isVisible());

    broker.swarm.finish("j1", "failed");

    tabs.forEach(
        tab -> {
          tab.bringToFront();
          assertThat(tab.locator("[data-job=j1]")).containsText("failed");
        });
    assertThat(broker.streams).hasValue(1);
  }

  @Test
  void whereThereIsNoSharedWorkerThePageHasItsOwnStream() {
    page.addInitScript("delete globalThis.SharedWorker");
    broker.swarm.job("j1", "docs", 1, List.of());
    open("jobs");

    broker.swarm.finish("j1", "failed");

    assertThat(page.locator("[data-job=j1]")).containsText("failed");
  }

  @Test
  void aBurstOfEntriesCostsFewCalls() {
    broker.swarm.node("n1", "laptop", "cpu", 2000);
    broker.swarm.job("j1", "docs", 400, List.of());
    open("jobs");
    assertThat(page.locator("[data-job=j1]")).isVisible();
    broker.calls.clear();
    long began = System.nanoTime();

    for (int number = 0; number < 400; number++) {
      broker.swarm.succeed(broker.swarm.lease("j1." + number, "n1"), 1);
    }

    assertThat(page.locator("[data-job=j1] [role=progressbar]"))
        .hasAttribute("aria-valuenow", "400");
    double seconds = (System.nanoTime() - began) / 1e9;
    assertThat(broker.calls.size()).isLessThanOrEqualTo((int) (seconds * 4) + 3);
  }

  @Test
  void hostileNamesAreShownAsText() {
    String name = "<img src=x onerror=document.title='owned'>";
    broker.swarm.job("j1", name, 1, List.of());
    open("jobs");

    assertThat(page.locator("[data-job=j1] a")).hasText(name);
    assertThat(page.locator("main img")).hasCount(0);
  }

  @Test
  void aRefusalShowsWhatTheBrokerSays() {
    open("jobs/no-such-job");

    assertThat(page.getByRole(AriaRole.ALERT).first())
        .containsText("Expected a job of this broker, but it has none named 'no-such-job'.");
    complaints.clear(); // the browser itself reports each 404
  }

  @Test
  void thePageWorksByKeyboardAlone() {
    broker.swarm.job("j1", "docs", 1, List.of());
    open("jobs");
    page.keyboard().press("Tab");
    assertThat(page.locator(".skip")).isFocused();

    page.locator("[data-job=j1] a").focus();
    page.keyboard().press("Enter");

    assertThat(page.getByRole(AriaRole.HEADING, heading("docs"))).isFocused();
    assertThat(page).hasTitle("docs · mycoSwarm");
  }

  private Page tab() {
    Page tab = context.newPage();
    tab.onPageError(complaints::add);
    tab.onConsoleMessage(
        message -> {
          if (message.type().equals("error")) {
            complaints.add(message.text());
          }
        });
    return tab;
  }

  private void open(String view) {
    page.navigate(broker.url() + "/console/#/" + view);
    assertThat(status()).hasText("live");
  }

  private Locator status() {
    return page.getByRole(AriaRole.STATUS);
  }

  private static Page.GetByRoleOptions named(String start) {
    return new Page.GetByRoleOptions().setName(Pattern.compile("^" + start));
  }

  private static Page.GetByRoleOptions linked(String name) {
    return new Page.GetByRoleOptions().setName(name);
  }

  private static Page.GetByRoleOptions button(String name) {
    return new Page.GetByRoleOptions().setName(name);
  }

  private static Page.GetByRoleOptions heading(String name) {
    return new Page.GetByRoleOptions().setName(name).setLevel(1);
  }
}
