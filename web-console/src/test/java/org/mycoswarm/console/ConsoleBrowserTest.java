package org.mycoswarm.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

class ConsoleBrowserTest {
  @TempDir Path folder;

  @Test
  void withoutChromiumItSaysThatTheTestsDidNotRunAndWhatToInstall() throws IOException {
    Path chromium = folder.resolve("chromium");

    var why = ConsoleBrowser.missing(chromium, program("node"));

    assertThat(why)
        .contains(
            "browser tests did NOT run: no Chromium at %s; install it with apt-get install chromium"
                .formatted(chromium));
  }

  @Test
  void withoutNodeItSaysSoToo() throws IOException {
    Path node = folder.resolve("node");

    var why = ConsoleBrowser.missing(program("chromium"), node);

    assertThat(why)
        .contains(
            "browser tests did NOT run: no Node.js at %s, which drives Chromium in tests; install it with apt-get install nodejs"
                .formatted(node));
  }

  @Test
  void withBothNothingIsMissing() throws IOException {
    assertThat(ConsoleBrowser.missing(program("chromium"), program("node"))).isEmpty();
  }

  @Test
  void aMissingBrowserSkipsTheTestsUnlessItIsRequired() {
    assertThatThrownBy(() -> ConsoleBrowser.refuse("no browser", false))
        .isInstanceOf(TestAbortedException.class)
        .hasMessage("no browser");
    assertThatThrownBy(() -> ConsoleBrowser.refuse("no browser", true))
        .isInstanceOf(AssertionFailedError.class)
        .hasMessage("no browser (MYCOSWARM_REQUIRE_BROWSER is true)");
  }

  private Path program(String name) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }
}
