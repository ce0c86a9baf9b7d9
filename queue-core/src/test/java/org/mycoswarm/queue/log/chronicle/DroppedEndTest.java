package org.mycoswarm.queue.log.chronicle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.queue.log.chronicle.LogOnDisk.text;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.LogTexts;

/// A crash leaves an end that nobody was told about. Whole entries of it are kept; from the first
/// one that is not whole it is dropped, and never comes back.
class DroppedEndTest {
  private static final int SYNCED = 20;

  @SuppressWarnings("NullAway.Init") // set up before each test
  @TempDir
  Path folder;

  @Test
  void wholeEntriesThatWereNotSyncedAreKept() throws Exception {
    LogOnDisk crashed = crashAfter(SYNCED, 5);

    assertThat(crashed.texts()).isEqualTo(expected(SYNCED + 5));
    assertThat(crashed.texts()).isEqualTo(expected(SYNCED + 5));
  }

  @Test
  void aTornEntryAndAllBehindItAreDroppedAndNeverComeBack() throws Exception {
    LogOnDisk crashed = crashAfter(SYNCED, 5);
    LogOnDisk.Place torn = crashed.placeOf(23);
    LogOnDisk.zero(torn.file(), torn.offset() + torn.bytes() / 2, 10);
    List<String> expected = expected(22);
    assertThat(crashed.texts()).isEqualTo(expected);

    for (int opening = 0; opening < 3; opening++) {
      try (EventLog log = crashed.open()) {
        assertThat(LogTexts.of(log)).isEqualTo(expected);
        log.append("new %d".formatted(opening).getBytes(UTF_8));
        log.sync();
        expected.add("%d new %d".formatted(expected.size() + 1, opening));
        assertThat(LogTexts.of(log)).isEqualTo(expected);
      }
    }

    assertThat(crashed.texts()).isEqualTo(expected);
  }

  @Test
  void anEntryThatWasNotCompletedIsDropped() throws Exception {
    LogOnDisk crashed = crashAfter(SYNCED, 1);
    LogOnDisk.Place last = crashed.placeOf(SYNCED + 1);
    LogOnDisk.change(last.file(), last.offset() + 3, 1, old -> new byte[] {(byte) (old[0] | 0x80)});

    assertThat(crashed.texts()).isEqualTo(expected(SYNCED));
  }

  @Test
  void aWholeFileThatNeverReachedTheDiskIsDropped() throws Exception {
    LogOnDisk crashed = crashAfter(SYNCED, 30);
    Path lastFile = crashed.files().getLast();
    LogOnDisk.zero(lastFile, 0, 200_000);

    List<String> found = crashed.texts();

    assertThat(found).hasSizeBetween(SYNCED, SYNCED + 29).isEqualTo(expected(found.size()));
    try (EventLog log = crashed.open()) {
      LogOnDisk.appendUpTo(log, 60);
    }
    assertThat(crashed.texts()).isEqualTo(expected(60));
  }

  @Test
  void aTornFirstEntryOfAnOpeningIsDroppedAndTheNextOpeningGoesOn() throws Exception {
    LogOnDisk disk = new LogOnDisk(folder.resolve("log"));
    try (EventLog log = disk.open()) {
      LogOnDisk.appendUpTo(log, SYNCED);
    }
    LogOnDisk crashed;
    try (EventLog log = disk.open()) {
      log.append("never acknowledged".getBytes(UTF_8));
      crashed = disk.copyTo(folder.resolve("crashed"));
    }
    LogOnDisk.Place torn = crashed.placeOf(SYNCED + 1);
    LogOnDisk.flip(torn.file(), torn.offset() + torn.bytes() - 1);

    try (EventLog log = crashed.open()) {
      assertThat(LogTexts.of(log)).isEqualTo(expected(SYNCED));
      LogOnDisk.appendUpTo(log, SYNCED + 3);
    }

    assertThat(crashed.files()).hasSize(4);
    assertThat(crashed.texts()).isEqualTo(expected(SYNCED + 3));
  }

  private LogOnDisk crashAfter(int synced, int unsynced) throws Exception {
    LogOnDisk disk = new LogOnDisk(folder.resolve("log"));
    try (EventLog log = disk.open()) {
      LogOnDisk.appendUpTo(log, synced);
      for (int i = synced + 1; i <= synced + unsynced; i++) {
        log.append(text(i).getBytes(UTF_8));
      }
      return disk.copyTo(folder.resolve("crashed"));
    }
  }

  private static List<String> expected(int count) {
    return new ArrayList<>(
        IntStream.rangeClosed(1, count).mapToObj(i -> i + " " + text(i)).toList());
  }
}
