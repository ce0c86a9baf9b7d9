package org.mycoswarm.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mycoswarm.schema.wire.RunReport.FileOutcome;

/// Collections on the page, in a real browser: what is there, a search, and the report of a night.
class ConsoleCollectionsTest {
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
    KnownNotes.fill(broker.collections);
    context = browser.fresh(new Browser.NewContextOptions());
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
  void theListSaysHowFarARunIsAndHowLongItTakes() {
    open("collections");

    Locator manuals = page.locator("[data-collection=manuals]");
    assertThat(manuals).containsText("reading and embedding, about 2 min 14 s left");
    assertThat(manuals.getByRole(AriaRole.PROGRESSBAR).last())
        .hasAttribute("aria-valuetext", "160 of 640 chunks embedded");
    assertThat(page.locator("[data-collection=notes]")).containsText("180 added");
    assertThat(page.locator("[data-collection=notes]")).containsText("11,480");
  }

  @Test
  void aFolderIsIndexedFromThePage() {
    open("collections");
    page.getByLabel("Folder on the broker's machine").fill("/home/me/letters");
    page.getByLabel("Name of the collection").fill("letters");
    page.keyboard().press("Enter");

    assertThat(page).hasURL(Pattern.compile(".*#/collections/letters$"));
    assertThat(page.getByText("looking through the folder")).isVisible();
    assertThat(broker.collections.bodies)
        .containsExactly("/letters/runs {\"folder\":\"/home/me/letters\"}");
  }

  @Test
  void anotherFolderIntoAKnownCollectionIsAskedForFirst() {
    open("collections");
    page.getByLabel("Folder on the broker's machine").fill("/home/me/letters");
    page.getByLabel("Name of the collection").fill("notes");
    page.keyboard().press("Enter");

    Locator dialog = page.getByRole(AriaRole.DIALOG);
    assertThat(dialog).containsText("It has 11,480 documents of /home/me/notes.");
    page.keyboard().press("Escape");
    assertThat(dialog).hasCount(0);
    assertThat(broker.collections.bodies).isEmpty();
  }

  @Test
  void aCollectionIsRunAgainCancelledAndRolledBack() {
    open("collections/notes");
    button("roll notes back").click();
    assertThat(page.getByRole(AriaRole.DIALOG)).containsText("answered by generation 1 again");
    page.getByText("roll back to 1").click();
    assertThat(button("roll notes back")).hasCount(0);

    button("run notes again").click();
    button("cancel the run of notes").click();
    page.getByRole(AriaRole.DIALOG).getByRole(AriaRole.BUTTON).last().click();

    assertThat(page.locator("[data-run]")).containsText("cancelled");
    assertThat(broker.collections.bodies)
        .containsExactly("/notes/rollback ", "/notes/runs {}", "/notes/runs/notes-run/cancel ");
  }

  @Test
  void aHitShowsTheMatchedWordsWhereItStandsAndWhetherItIsStillTrue() {
    open("collections/notes");
    page.keyboard().press("/");
    page.keyboard().type("when is the heating serviced?");
    page.keyboard().press("Enter");

    Locator first = page.locator(".hit").first();
    assertThat(first.locator("mark")).hasText("heating");
    assertThat(first.locator("h3")).containsText("The heating");
    assertThat(first).containsText("House > Heating · page 3");
    assertThat(first).containsText("changed since");
    assertThat(first.locator(".score")).hasText("score 0.87");
    assertThat(page.locator(".hit").nth(1)).containsText("gone");
    assertThat(page.locator(".hit").nth(2)).containsText("older form It needs a password.");
    assertThat(page)
        .hasURL(Pattern.compile(".*#/collections/notes\\?q=when\\+is\\+the\\+heating.*"));
    assertThat(broker.collections.bodies)
        .containsExactly(
            "/notes/search {\"query\":\"when is the heating serviced?\",\"limit\":20}");
  }

  @Test
  void aSearchStandsInTheAddressAndIsWalkedThroughByKeys() {
    open("collections/notes?q=heating&mode=text");
    Locator box = page.getByRole(AriaRole.SEARCHBOX);
    assertThat(box).hasValue("heating");
    assertThat(page.locator(".hit")).hasCount(3);
    assertThat(page.getByRole(AriaRole.RADIO, named("words").setExact(true))).isChecked();

    box.focus();
    page.keyboard().press("ArrowDown");
    page.keyboard().press("ArrowDown");
    assertThat(page.locator(".hit").nth(1)).isFocused();
    page.keyboard().press("/");
    assertThat(box).isFocused();
    page.keyboard().type("oven");
    page.keyboard().press("Enter");
    assertThat(page).hasURL(Pattern.compile(".*q=oven&mode=text"));
    page.goBack();

    assertThat(box).hasValue("heating");
  }

  @Test
  void whatDocumentsSayIsShownAsText() {
    open("collections/notes?q=heating");
    assertThat(page.locator(".passage").first()).containsText(KnownNotes.HOSTILE);
    assertThat(page.locator("main img")).hasCount(0);

    open("collections/notes/runs/notes-run?change=changed");
    assertThat(page.locator("[data-list=files]")).containsText(KnownNotes.HOSTILE);
    assertThat(page.locator("main img")).hasCount(0);
  }

  @Test
  void theReportIsAPictureWithWhatFailedAndWhoWorked() {
    open("collections/notes/runs/notes-run");

    assertThat(page.getByRole(AriaRole.IMG, named("11,503 files: 180 added, 31 changed")))
        .isVisible();
    Locator failed = page.locator("[data-list=failures] tbody tr");
    assertThat(failed).hasCount(2);
    assertThat(failed.first()).containsText("It needs a password.");
    assertThat(failed.first()).containsText("parse: locked · tried again when the file changes");
    assertThat(failed.first()).containsText("its older form is still found");
    assertThat(failed.last()).containsText("read: timeout · the next run tries it again");
    assertThat(page.getByText("workstation")).isVisible();
    assertThat(page.locator("meter").first()).hasAttribute("value", "82");
  }

  @Test
  void theFilesOfAReportAreFilteredAndRead() {
    open("collections/notes/runs/notes-run");
    page.getByRole(AriaRole.RADIO, named("moved").setExact(true)).check();

    Locator rows = page.locator("[data-list=files] tbody tr");
    assertThat(rows).hasCount(12);
    assertThat(rows.first()).containsText("from boat-01.md");
    assertThat(page).hasURL(Pattern.compile(".*\\?change=moved"));

    page.getByRole(AriaRole.RADIO, named("all").setExact(true)).check();
    page.getByLabel("path has").fill("ROOM-1");
    assertThat(rows).hasCount(10);
    page.getByRole(AriaRole.RADIO, named("unchanged").setExact(true)).check();
    assertThat(page.getByText("11,257 files are as they were")).isVisible();
  }

  @Test
  void aReportOfElevenThousandFilesIsReadInPages() {
    var files = new ArrayList<FileOutcome>();
    for (int i = 0; i < 11_500; i++) {
      files.add(new FileOutcome("n/%05d.md".formatted(i), "added", "ab", 3, null, null, null));
    }
    broker.collections.indexed("linux", 1, Map.of("added", 11_500), files);
    open("collections/linux/runs/linux-run");

    Locator rows = page.locator("[data-list=files] tbody tr");
    assertThat(rows).hasCount(100);
    button("more →").click();
    assertThat(rows.first()).containsText("n/00100.md");
    assertThat(page.getByText("page 2 of 115")).isVisible();
    page.getByLabel("path has").fill("11499");
    assertThat(rows).hasCount(1);
  }

  private void open(String view) {
    page.navigate(broker.url() + "/console/#/" + view);
    assertThat(page.getByRole(AriaRole.STATUS)).hasText("live");
  }

  private Locator button(String name) {
    return page.getByRole(AriaRole.BUTTON, named(name));
  }

  private static Page.GetByRoleOptions named(String name) {
    return new Page.GetByRoleOptions().setName(name);
  }
}
