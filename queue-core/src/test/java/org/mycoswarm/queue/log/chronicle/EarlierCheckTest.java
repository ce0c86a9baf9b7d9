package org.mycoswarm.queue.log.chronicle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mycoswarm.queue.log.chronicle.LogOnDisk.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.LogDamaged;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.LogTexts;

/// A log that is opened with a snapshot of position 45 at hand: what lies before is checked after
/// the opening, and damage there is as little overlooked as before it.
@SuppressWarnings("NullAway.Init") // set up before each test
class EarlierCheckTest {
  private static final int COUNT = 60;
  private static final int SNAPSHOT = 45;

  @TempDir Path folder;
  private LogOnDisk disk;

  @BeforeEach
  void sixtyEntriesOfThreeProcesses() {
    disk = new LogOnDisk(folder.resolve("log"));
    for (int end : List.of(20, 40, COUNT)) {
      try (EventLog log = disk.open()) {
        LogOnDisk.appendUpTo(log, end);
      }
    }
  }

  @Test
  void everyEntryCanBeReadBeforeAndAfterTheCheck() {
    try (ChronicleEventLog log = disk.openFrom(SNAPSHOT)) {
      assertThat(LogTexts.of(log)).isEqualTo(expected(COUNT));

      log.checkEarlier();

      assertThat(LogTexts.of(log)).isEqualTo(expected(COUNT));
      LogOnDisk.appendUpTo(log, COUNT + 10);
    }
    assertThat(disk.texts()).isEqualTo(expected(COUNT + 10));
  }

  @Test
  void damageBeforeTheSnapshotIsFoundByTheCheckAndNamedByPositionAndFile() throws Exception {
    LogOnDisk.Place place = damage(25);

    try (ChronicleEventLog log = disk.openFrom(SNAPSHOT)) {
      assertThatThrownBy(log::checkEarlier)
          .isInstanceOf(LogDamaged.class)
          .hasMessageStartingWith(
              "Expected position 25 of the log at byte %,d of '%s', but it cannot be read there: Expected a CRC32C of"
                  .formatted(place.offset(), place.file()))
          .hasMessageContaining("so it was found while the log was open")
          .hasMessageContaining("what was acknowledged meanwhile is in the log")
          .hasMessageEndingWith(
              "Put back an undamaged copy of this file; do not delete anything before.");
    }
  }

  @Test
  void afterDamageWasFoundTheLogStaysClosedUntilItIsMended() throws Exception {
    LogOnDisk.Place place = damage(25);
    try (ChronicleEventLog log = disk.openFrom(SNAPSHOT)) {
      LogOnDisk.appendUpTo(log, COUNT + 5);
      assertThatThrownBy(log::checkEarlier).isInstanceOf(LogDamaged.class);
    }

    assertThatThrownBy(() -> disk.openFrom(SNAPSHOT))
        .isInstanceOf(LogDamaged.class)
        .hasMessageStartingWith("Expected position 25 of the log")
        .hasMessageContaining("The log stays closed");

    LogOnDisk.flip(place.file(), place.offset() + 4 + Envelope.HEADER_BYTES);
    assertThat(disk.texts()).isEqualTo(expected(COUNT + 5));
    assertThat(disk.folder().resolve("check-all")).doesNotExist();
  }

  @Test
  void damageAfterTheSnapshotIsRefusedAtOnce() throws Exception {
    damage(SNAPSHOT + 1);

    assertThatThrownBy(() -> disk.openFrom(SNAPSHOT))
        .isInstanceOf(LogDamaged.class)
        .hasMessageStartingWith("Expected position 46 of the log");
  }

  @Test
  void anyMissingFileIsRefusedOrFound() throws Exception {
    for (int i = 0; i < disk.files().size(); i++) {
      LogOnDisk copy = disk.copyTo(folder.resolve("deleted-" + i));
      Files.delete(copy.files().get(i));

      assertThatThrownBy(
              () -> {
                try (ChronicleEventLog log = copy.openFrom(SNAPSHOT)) {
                  log.checkEarlier();
                }
              })
          .as("file %d", i)
          .isInstanceOf(LogDamaged.class)
          .hasMessageStartingWith("Expected position ");
    }
  }

  @Test
  void aFileOfAnotherLogIsFound() throws Exception {
    LogOnDisk other = new LogOnDisk(folder.resolve("other"));
    try (EventLog log = other.open()) {
      log.append("another beginning".getBytes(UTF_8));
      LogOnDisk.appendUpTo(log, 20);
    }
    Path ours = disk.files().getFirst();
    Path theirs = other.files().getFirst();
    Files.delete(ours);
    Files.copy(theirs, ours);

    try (ChronicleEventLog log = disk.openFrom(SNAPSHOT)) {
      assertThatThrownBy(log::checkEarlier)
          .isInstanceOf(LogDamaged.class)
          .hasMessageContaining("Expected the chain ");
    }
  }

  @Test
  void aFileWhoseBeginningCannotBeReadIsRefusedAtOnce() throws Exception {
    LogOnDisk.zero(disk.files().get(1), 0, 4096);

    assertThatThrownBy(() -> disk.openFrom(SNAPSHOT))
        .isInstanceOf(LogDamaged.class)
        .hasMessageContaining("The log stays closed and nothing was changed.");
  }

  @Test
  void whatIsDroppedIsCheckedBefore() throws Exception {
    try (ChronicleEventLog log = disk.openFrom(SNAPSHOT)) {
      log.dropBefore(new LogPosition(SNAPSHOT));
      assertThat(log.first().value()).isBetween(21L, (long) SNAPSHOT);
    }
    List<String> kept = disk.texts();
    assertThat(kept.getLast()).isEqualTo(expected(COUNT).getLast());

    damage(Integer.parseInt(kept.getFirst().substring(0, kept.getFirst().indexOf(' '))) + 1);
    try (ChronicleEventLog log = disk.openFrom(COUNT)) {
      assertThatThrownBy(() -> log.dropBefore(new LogPosition(COUNT)))
          .isInstanceOf(LogDamaged.class);
    }
  }

  @Test
  void anEndThatWasDroppedBeforeTheSnapshotIsNoDamage() throws Exception {
    LogOnDisk torn = new LogOnDisk(folder.resolve("torn"));
    try (EventLog log = torn.open()) {
      LogOnDisk.appendUpTo(log, 20);
    }
    torn.forgetHighWater();
    LogOnDisk.Place place = torn.placeOf(20);
    LogOnDisk.truncate(place.file(), place.offset() + 10);
    try (EventLog log = torn.open()) {
      assertThat(log.durable().value()).isEqualTo(19);
      LogOnDisk.appendUpTo(log, COUNT);
    }

    try (ChronicleEventLog log = torn.openFrom(SNAPSHOT)) {
      log.checkEarlier();
      assertThat(LogTexts.of(log)).isEqualTo(expected(COUNT));
    }
  }

  private LogOnDisk.Place damage(int position) throws IOException, Unreadable {
    LogOnDisk.Place place = disk.placeOf(position);
    LogOnDisk.flip(place.file(), place.offset() + 4 + Envelope.HEADER_BYTES);
    return place;
  }

  private static List<String> expected(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> i + " " + text(i)).toList();
  }
}
