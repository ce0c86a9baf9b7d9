package org.mycoswarm.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.benchmarks.Results.Fact;
import org.mycoswarm.benchmarks.load.Durability;
import org.mycoswarm.benchmarks.load.Entry;
import org.mycoswarm.benchmarks.load.Entry.Measured;
import org.mycoswarm.benchmarks.load.Row;

class ReportTest {
  private static final Options OPTIONS = Options.of(List.of());

  @TempDir Path folder;

  @Test
  void the_ratio_is_to_the_best_peer_of_the_same_durability() {
    Results results =
        results(
            entry(Row.SINGLE, "mycoSwarm", Durability.SYNCED, 3_000),
            entry(Row.SINGLE, "slow", Durability.SYNCED, 500),
            entry(Row.SINGLE, "best", Durability.SYNCED, 1_000),
            entry(Row.SINGLE, "forgetful", Durability.ONE_SECOND, 90_000));

    String text = new Report(results, OPTIONS).text();

    assertThat(text)
        .contains("| 1,000 tasks/s (best) | 3.00x | 1.5x the best peer, p99 <= 25 ms | yes |");
  }

  @Test
  void a_goal_that_was_not_reached_says_so() {
    Results results =
        results(
            entry(Row.BULK, "mycoSwarm", Durability.SYNCED, 1_000),
            entry(Row.BULK, "best", Durability.SYNCED, 1_000));

    String text = new Report(results, OPTIONS).text();

    assertThat(text).contains("| 1.00x | 3.0x the best peer | **no** |");
  }

  @Test
  void the_median_stands_beside_the_least_and_the_most() {
    Results results = results(entry(Row.BULK, "best", Durability.SYNCED, 300, 100, 200));

    String text = new Report(results, OPTIONS).text();

    assertThat(text).contains("| best | 200 | 100 .. 300 |");
  }

  @Test
  void the_median_of_an_even_number_of_rounds_lies_between_the_middle_two() {
    Results results = results(entry(Row.BULK, "best", Durability.SYNCED, 100, 400, 200, 150));

    String text = new Report(results, OPTIONS).text();

    assertThat(text).contains("| best | 175 | 100 .. 400 |");
  }

  @Test
  void what_is_written_by_hand_stays() throws IOException {
    Path document = folder.resolve("performance.md");
    Files.writeString(document, "old figures\n" + Report.BY_HAND + "\n\n## What was tried\n");

    new Report(results(), OPTIONS).write(document);

    assertThat(Files.readString(document))
        .startsWith("# Performance")
        .doesNotContain("old figures")
        .endsWith(Report.BY_HAND + "\n\n## What was tried\n");
  }

  @Test
  void the_picture_has_a_bar_for_everyone_who_syncs() {
    Results results =
        results(
            entry(Row.BULK, "mycoSwarm", Durability.SYNCED, 50),
            entry(Row.BULK, "best", Durability.SYNCED, 100),
            entry(Row.BULK, "forgetful", Durability.ONE_SECOND, 1_000));

    String svg = new Picture(results).text();

    assertThat(svg).contains(">mycoSwarm<", ">best<").doesNotContain("forgetful");
  }

  private static Results results(Entry... entries) {
    return new Results(
        List.of(new Fact("machine", "a test")), List.of(entries), List.of(), List.of());
  }

  private static Entry entry(Row row, String name, Durability durability, double... rates) {
    List<Measured> rounds =
        Arrays.stream(rates).mapToObj(rate -> new Measured(rate, 1, 2, 3)).toList();
    return new Entry(row, name, durability, rounds);
  }
}
