package org.mycoswarm.queue.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.EventLogContract;
import org.mycoswarm.queue.log.LogFailure;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.LogTexts;

class ChronicleEventLogTest extends EventLogContract {
  private static final LogSettings SETTINGS = new LogSettings(4 << 20, 8 << 20);

  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  @Override
  protected EventLog open() {
    return ChronicleEventLog.open(folder, LogPosition.START, SETTINGS);
  }

  /// A real failure: the JDK closes the file when the thread that forces it was interrupted.
  @Override
  protected void breakNextSync() {
    Thread.currentThread().interrupt();
  }

  @Override
  protected void repair() {
    Thread.interrupted();
  }

  @Override
  protected int bodyBytesMax() {
    return SETTINGS.recordBytesMax();
  }

  @Test
  void aBodyOverTheLimitIsRefusedAndTheLogGoesOn() {
    assertThatThrownBy(() -> log().append(new byte[bodyBytesMax() + 1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Expected a body of at most 8,388,608 bytes, but it has 8,388,609. Nothing was"
                + " appended; put large bytes into a blob and refer to it.");

    append("a");
    log().sync();
    assertThat(readAll()).containsExactly("1 a");
  }

  @Test
  void theRefusalOfASecondOpenerNamesTheFolderAndWhatToDo() {
    assertThatThrownBy(this::open)
        .isInstanceOf(LogFailure.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("Stop the broker that uses it, or give this one another folder");
  }

  @Test
  void aFolderThatCannotBeUsedIsRefusedWithWhatToDo() throws IOException {
    Path file = Files.writeString(folder.resolve("not-a-folder"), "");

    assertThatThrownBy(() -> ChronicleEventLog.open(file, LogPosition.START, SETTINGS))
        .isInstanceOf(LogFailure.class)
        .hasMessageStartingWith(
            "Expected to open the log in '%s', but the disk refused: ".formatted(file))
        .hasMessageEndingWith(
            "Nothing was changed; see that the folder can be read and written, and start again.");
  }

  @Test
  void aFailedSyncSaysWhatMayNotBeAcknowledgedAndWhatToDo() {
    append("a");
    log().sync();
    append("b");
    breakNextSync();

    assertThatThrownBy(() -> log().sync())
        .isInstanceOf(LogFailure.class)
        .hasMessageStartingWith(
            "Expected to sync up to position 2 in '%s', but the disk refused: ".formatted(folder))
        .hasMessageEndingWith(
            "Nothing after position 1 may be acknowledged. Look at the disk's room and health;"
                + " close the log and open it again.");
  }

  @Test
  void theLogGoesOnInANewFileWhenOneIsFull() throws IOException {
    LogSettings small = new LogSettings(1_000, 1 << 10);
    Path elsewhere = folder.resolve("small");
    List<String> expected =
        IntStream.rangeClosed(1, 50).mapToObj(i -> i + " " + filler(i)).toList();

    try (EventLog log = ChronicleEventLog.open(elsewhere, LogPosition.START, small)) {
      for (int i = 1; i <= 50; i++) {
        log.append(filler(i).getBytes(StandardCharsets.UTF_8));
        if (i % 7 == 0) {
          log.sync();
        }
      }
      log.sync();
      assertThat(LogTexts.of(log)).isEqualTo(expected);
    }

    assertThat(segmentFiles(elsewhere)).hasSizeGreaterThan(5);
    assertThat(segmentFiles(elsewhere).getFirst())
        .endsWith(Path.of("opening-00000001", "19700102F.cq4"));
    try (EventLog log = ChronicleEventLog.open(elsewhere, new LogPosition(50), small)) {
      assertThat(LogTexts.of(log)).isEqualTo(expected);
    }
  }

  private static String filler(int i) {
    return "entry %d ".formatted(i).repeat(10);
  }

  private static List<Path> segmentFiles(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(f -> f.toString().endsWith(".cq4")).sorted().toList();
    }
  }
}
