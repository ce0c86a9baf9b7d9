package org.mycoswarm.cli.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mycoswarm.cli.Samples;
import org.mycoswarm.schema.wire.JobView.TaskCounts;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, UTF_8);

  @Test
  void aBarIsDrawnOverItselfAndFitsTheTerminal() {
    Progress bar = Progress.on(out, 50);

    bar.show(0.5, "12 of 24 files read and a lot of other words that do not fit");

    assertThat(text())
        .startsWith("\r[###############---------------]  50 %  12 of")
        .endsWith("\u001b[K");
    assertThat(text().replaceAll("[\r\u001b]|\\[K", "")).hasSizeLessThan(50);
  }

  @Test
  void aBarNeverGoesBack() {
    Progress bar = Progress.on(out, 80);

    bar.show(0.6, "a");
    bar.show(0.4, "b");

    assertThat(text().substring(text().lastIndexOf('\r'))).contains("60 %  b");
  }

  @Test
  void aSentenceTakesTheBarsPlaceAndStays() {
    Progress bar = Progress.on(out, 80);

    bar.show(0.1, "a");
    bar.say("The broker answers again.");

    assertThat(text()).endsWith("\r\u001b[KThe broker answers again.\n");
  }

  @Test
  void aPipeGetsTheFirstAndTheLastStateAsPlainLines() {
    try (Progress lines = Progress.on(out, 0)) {
      for (int i = 0; i <= 1000; i++) {
        lines.show(i / 1000.0, i + " of 1000 files");
      }
    }

    assertThat(text()).isEqualTo("0 of 1000 files\n1000 of 1000 files\n");
  }

  @Test
  void aJobThatIsDoneIsShownFullWhateverWasEstimated() {
    JobProgress progress = new JobProgress(Progress.on(out, 120), 4, () -> false);

    progress.state(
        Samples.job(
            "j",
            "running",
            new TaskCounts(4, 2, 0, 0, 0, 2, 0, 0),
            Map.of("files", 2L, "chunks", 10L, "vectors", 5L)));
    String running = text();
    progress.state(
        Samples.job(
            "j",
            "succeeded",
            new TaskCounts(8, 0, 0, 0, 0, 8, 0, 0),
            Map.of("files", 4L, "chunks", 11L, "vectors", 11L)));

    assertThat(running).contains(" 25 %  2 of 4 files read, 10 chunks, 5 vectors");
    assertThat(text()).contains("100 %  4 of 4 files read, 11 chunks, 11 vectors, succeeded");
  }

  private String text() {
    return bytes.toString(UTF_8);
  }
}
