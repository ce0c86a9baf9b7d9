package org.mycoswarm.queue.log.chronicle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.queue.log.chronicle.LogOnDisk.text;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.LogFailure;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.LogTexts;

/// A log whose disk refuses the n-th call, for every n: in the middle of an entry, between files,
/// while opening, dropping old files or closing. Nothing of the failed sync may count as durable.
class RefusedCallTest {
  private static final int COUNT = 30;

  @SuppressWarnings("NullAway.Init") // set up before each test
  @TempDir
  Path folder;

  /// What a writer was told: positions up to this one are durable.
  private long acknowledged;

  @ParameterizedTest
  @CsvSource({
    "WRITE, false, 15",
    "WRITE, true, 15",
    "FORCE, false, 25",
    "FORCE, true, 25",
    "THROUGH_MAPPING, false, 25"
  })
  void aRefusedCallIsNeverAcknowledged(RefusingDisk.Call call, boolean isLasting, int callsMin)
      throws IOException {
    int nth = 0;
    RefusingDisk disk;
    do {
      nth++;
      disk = new RefusingDisk(call, nth, isLasting);
      LogOnDisk log = new LogOnDisk(folder.resolve("log-" + nth));
      acknowledged = 0;
      String failure = write(log, disk);
      assertThat(failure.isEmpty()).as("call %d: %s", nth, failure).isEqualTo(!disk.hasRefused());
      assertGoesOn(log, "call %d: %s".formatted(nth, failure));
    } while (disk.hasRefused());
    assertThat(nth).isGreaterThan(callsMin);
  }

  /// Two openings, in which files change and old ones are dropped.
  ///
  /// @return what the log said when it refused; empty when it did not
  private String write(LogOnDisk disk, Disk refusing) {
    for (int end : List.of(COUNT / 2, COUNT)) {
      try (EventLog log =
          ChronicleEventLog.open(
              disk.folder(), LogPosition.START, LogPosition.START, LogOnDisk.SETTINGS, refusing)) {
        for (int next = (int) log.durable().value() + 1; next <= end; next++) {
          log.append(text(next).getBytes(UTF_8));
          if (next % 3 == 0) {
            log.sync();
            acknowledged = next;
            assertThat(log.durable().value()).isEqualTo(next);
          }
        }
        log.dropBefore(new LogPosition(end - 10));
      } catch (LogFailure failure) {
        assertThat(failure).hasMessageStartingWith("Expected to ");
        return String.valueOf(failure.getMessage());
      }
    }
    return "";
  }

  private void assertGoesOn(LogOnDisk disk, String name) {
    try (EventLog log = disk.open(new LogPosition(acknowledged))) {
      long first = log.first().value();
      long end = log.durable().value();
      assertThat(end).as(name).isGreaterThanOrEqualTo(acknowledged);
      assertThat(LogTexts.of(log)).as(name).isEqualTo(expected(first, end));
      LogOnDisk.appendUpTo(log, COUNT + 5);
      assertThat(LogTexts.of(log)).as(name).isEqualTo(expected(first, COUNT + 5));
    }
    assertThat(disk.texts()).as(name).hasSizeGreaterThan(5);
  }

  private static List<String> expected(long from, long to) {
    return IntStream.rangeClosed((int) from, (int) to).mapToObj(i -> i + " " + text(i)).toList();
  }
}
