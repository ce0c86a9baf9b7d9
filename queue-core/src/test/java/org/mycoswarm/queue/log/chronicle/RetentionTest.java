package org.mycoswarm.queue.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mycoswarm.queue.log.chronicle.LogOnDisk.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.LogDamaged;
import org.mycoswarm.queue.log.LogPosition;

/// Sixty entries in three openings of several files each, of which the older ones are dropped.
@SuppressWarnings("NullAway.Init") // set up before each test
class RetentionTest {
  private static final int COUNT = 60;

  @TempDir Path folder;
  private LogOnDisk disk;

  @BeforeEach
  void sixtyEntriesInThreeOpenings() {
    disk = new LogOnDisk(folder.resolve("log"));
    for (int end : List.of(20, 40, COUNT)) {
      try (EventLog log = disk.open()) {
        LogOnDisk.appendUpTo(log, end);
      }
    }
  }

  @Test
  void wholeFilesAndFoldersGoAndTheRestIsAsItWas() throws IOException {
    List<Path> before = disk.files();

    long first = drop(disk, 50);

    assertThat(first).isBetween(41L, 50L);
    List<Path> after = disk.files();
    assertThat(before).endsWith(after.toArray(Path[]::new));
    assertThat(after).hasSizeBetween(1, 3);
    assertThat(disk.folder().resolve("opening-00000001")).doesNotExist();
    assertThat(disk.folder().resolve("opening-00000002")).doesNotExist();
    assertThat(disk.texts()).isEqualTo(expected(first, COUNT));
  }

  @Test
  void theWriterGoesOnWhileItsOwnOlderFilesAreDropped() throws IOException {
    try (EventLog log = disk.open()) {
      LogOnDisk.appendUpTo(log, 120);
      log.dropBefore(new LogPosition(115));
      LogOnDisk.appendUpTo(log, 150);
      assertThat(log.first().value()).isBetween(100L, 115L);
    }

    long first = drop(disk, 140);
    assertThat(disk.texts()).isEqualTo(expected(first, 150));
    try (Stream<Path> openings = Files.list(disk.folder())) {
      assertThat(openings.filter(Files::isDirectory)).hasSize(1);
    }
  }

  @Test
  void aCrashBetweenAnyTwoStepsLeavesALogThatOpens() throws IOException {
    LogOnDisk dropped = disk.copyTo(folder.resolve("dropped"));
    long first = drop(dropped, 50);
    List<Path> doomed = new ArrayList<>(disk.allFiles());
    doomed.removeIf(file -> Files.exists(dropped.folder().resolve(disk.name(file))));
    assertThat(doomed).hasSizeGreaterThanOrEqualTo(6);
    Random random = new Random(7);

    for (int step = 0; step <= doomed.size() + 20; step++) {
      LogOnDisk crashed = disk.copyTo(folder.resolve("crashed-" + step));
      copyBeginning(dropped, crashed);
      for (int i = 0; i < doomed.size(); i++) {
        boolean isDeleted = step <= doomed.size() ? i < step : random.nextBoolean();
        if (isDeleted) {
          Files.delete(crashed.folder().resolve(disk.name(doomed.get(i))));
        }
      }

      assertThat(crashed.texts()).as("step %d", step).isEqualTo(expected(first, COUNT));
      assertThat(crashed.files()).hasSameSizeAs(dropped.files());
    }
  }

  @Test
  void aCrashBeforeTheNewBeginningIsInPlaceDropsNothing() throws IOException {
    Files.write(disk.folder().resolve("beginning.tmp"), new byte[] {1, 2, 3});

    assertThat(disk.texts()).isEqualTo(expected(1, COUNT));
    long first = drop(disk, 30);
    assertThat(disk.texts()).isEqualTo(expected(first, COUNT));
  }

  @Test
  void withoutTheFileThatSaysSoNothingCountsAsDropped() throws IOException {
    drop(disk, 50);
    Files.delete(disk.folder().resolve("beginning"));

    assertThatThrownBy(disk::open)
        .isInstanceOf(LogDamaged.class)
        .hasMessageStartingWith("Expected position 1 of the log")
        .hasMessageContaining("there is no entry, and no file 'beginning' that tells of dropped")
        .hasMessageContaining(disk.name(disk.files().getFirst()) + "' begins with position");
  }

  @Test
  void aMissingFirstFileIsRefused() throws IOException {
    long first = drop(disk, 45);
    Path file = disk.files().getFirst();
    Files.delete(file);

    assertThatThrownBy(disk::open)
        .isInstanceOf(LogDamaged.class)
        .hasMessageStartingWith(
            "Expected position %d of the log at byte 0 of '%s'".formatted(first, file))
        .hasMessageContaining("by the file 'beginning' the log begins there");
  }

  @Test
  void oneDamagedCopyOfTheBeginningIsHealedAndTwoAreRefused() throws IOException {
    long first = drop(disk, 50);
    Path beginning = disk.folder().resolve("beginning");
    byte[] asItIs = Files.readAllBytes(beginning);

    for (int i : List.of(5, 4096 + 5)) {
      LogOnDisk.flip(beginning, i);
      assertThat(disk.texts()).isEqualTo(expected(first, COUNT));
      assertThat(beginning).hasBinaryContent(asItIs);
    }

    LogOnDisk.flip(beginning, 5);
    LogOnDisk.flip(beginning, 4096 + 5);
    assertThatThrownBy(disk::open)
        .isInstanceOf(LogDamaged.class)
        .hasMessageStartingWith(
            "Expected '%s' to tell where the log begins, but neither copy in its 4,192 bytes"
                .formatted(beginning))
        .hasMessageEndingWith("do not delete it, nor anything else, before.");
  }

  @Test
  void anOlderFileThatComesBackIsDeletedAgain() throws IOException {
    LogOnDisk older = disk.copyTo(folder.resolve("older"));
    long first = drop(disk, 50);
    Path back = disk.folder().resolve(older.name(older.files().getFirst()));
    Files.createDirectories(back.resolveSibling(""));
    Files.copy(older.files().getFirst(), back);

    assertThat(disk.texts()).isEqualTo(expected(first, COUNT));
    assertThat(back).doesNotExist();
  }

  private static void copyBeginning(LogOnDisk from, LogOnDisk to) throws IOException {
    Files.copy(
        from.folder().resolve("beginning"),
        to.folder().resolve("beginning"),
        StandardCopyOption.REPLACE_EXISTING);
  }

  private static long drop(LogOnDisk disk, long keepFrom) {
    try (EventLog log = disk.open()) {
      log.dropBefore(new LogPosition(keepFrom));
      return log.first().value();
    }
  }

  private static List<String> expected(long from, long to) {
    return IntStream.rangeClosed((int) from, (int) to).mapToObj(i -> i + " " + text(i)).toList();
  }
}
