package org.mycoswarm.queue.log.chronicle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mycoswarm.queue.log.chronicle.LogOnDisk.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.LogCursor;
import org.mycoswarm.queue.log.LogDamaged;
import org.mycoswarm.queue.log.LogPosition;

/// Sixty acknowledged entries in several files, and what must never happen to them: that one is
/// missing or wrong and nobody says so.
@SuppressWarnings("NullAway.Init") // set up before each test
class LogDamageTest {
  private static final int COUNT = 60;

  @TempDir Path folder;
  private LogOnDisk disk;

  @BeforeEach
  void sixtyEntries() {
    disk = new LogOnDisk(folder.resolve("log"));
    try (EventLog log = disk.open()) {
      LogOnDisk.appendUpTo(log, COUNT);
    }
  }

  @Test
  void theUndamagedLogOpensAgain() throws IOException {
    assertThat(disk.texts()).isEqualTo(expected(COUNT));
    assertThat(disk.files()).hasSizeGreaterThan(4);
  }

  @Test
  void aFlippedByteInABodyIsNamedByPositionAndFile() throws Exception {
    LogOnDisk.Place place = disk.placeOf(25);
    LogOnDisk.flip(place.file(), place.offset() + 4 + Envelope.HEADER_BYTES + 10);
    byte[] asItIs = Files.readAllBytes(place.file());

    assertThatThrownBy(disk::open)
        .isInstanceOf(LogDamaged.class)
        .hasMessageStartingWith(
            "Expected position 25 of the log at byte %,d of '%s', because positions up to 60 are"
                .formatted(place.offset(), place.file()))
        .hasMessageContaining("but it cannot be read there: Expected a CRC32C of ")
        .hasMessageContaining("The log stays closed and nothing was changed.")
        .hasMessageEndingWith(
            "Put back an undamaged copy of this file; do not delete anything before.");
    assertThat(Files.readAllBytes(place.file())).isEqualTo(asItIs);
  }

  @Test
  void aFlippedBitInAnyByteOfAnEntryIsRefusedAndNeverDropped() throws Exception {
    for (int position : List.of(1, 25, COUNT)) {
      LogOnDisk.Place place = disk.placeOf(position);
      for (int i = 0; i < place.bytes(); i += i < 60 ? 1 : 17) {
        LogOnDisk.flip(place.file(), place.offset() + i);

        assertThatThrownBy(disk::open)
            .as("byte %d of position %d", i, position)
            .isInstanceOf(LogDamaged.class)
            .hasMessageStartingWith("Expected position %d of the log".formatted(position));

        LogOnDisk.flip(place.file(), place.offset() + i);
      }
    }
    assertThat(disk.texts()).isEqualTo(expected(COUNT));
  }

  @Test
  void aFileThatWasCutOffIsRefused() throws Exception {
    for (int position : List.of(1, 25, COUNT)) {
      LogOnDisk copy = disk.copyTo(folder.resolve("cut-" + position));
      LogOnDisk.Place place = copy.placeOf(position);
      LogOnDisk.truncate(place.file(), place.offset() + place.bytes() / 2);

      assertRefused(copy, position, place.file());
    }
  }

  @Test
  void anyDeletedFileIsRefused() throws Exception {
    for (int i = 0; i < disk.files().size(); i++) {
      LogOnDisk copy = disk.copyTo(folder.resolve("deleted-" + i));
      Files.delete(copy.files().get(i));

      assertThatThrownBy(copy::open)
          .isInstanceOf(LogDamaged.class)
          .hasMessageContaining("Expected position ");
    }
  }

  @Test
  void aLogOfWhichOnlyTheHighWaterFileIsLeftIsRefused() throws Exception {
    for (Path file : disk.files()) {
      Files.delete(file);
    }

    assertThatThrownBy(disk::open)
        .isInstanceOf(LogDamaged.class)
        .hasMessageStartingWith("Expected position 1 of the log")
        .hasMessageContaining("because positions up to 60 are known to have been acknowledged")
        .hasMessageContaining("there is no entry");
  }

  @Test
  void aFileWhoseFirstPageIsZeroIsRefusedAndNotReplaced() throws Exception {
    for (int i = 0; i < disk.files().size(); i++) {
      LogOnDisk copy = disk.copyTo(folder.resolve("zeroed-" + i));
      Path file = copy.files().get(i);
      LogOnDisk.zero(file, 0, 4096);
      byte[] asItIs = Files.readAllBytes(file);

      assertThatThrownBy(copy::open)
          .isInstanceOf(LogDamaged.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("there are only zeros (byte 0)");

      assertThat(Files.readAllBytes(file)).isEqualTo(asItIs);
    }
  }

  @Test
  void zerosInTheMiddleOfTheLastFileAreNotTakenForItsEnd() throws Exception {
    disk.forgetHighWater();
    LogOnDisk.Place place = disk.placeOf(COUNT - 2);
    LogOnDisk.zero(place.file(), place.offset(), place.bytes());
    LogOnDisk.Place last = disk.placeOf(25);
    assertThat(last.file()).isNotEqualTo(place.file());

    try (EventLog log = disk.open()) {
      assertThat(log.durable().value())
          .as("the last batch, 56 to 60, has no witness behind it")
          .isEqualTo(COUNT - 3);
      LogOnDisk.appendUpTo(log, COUNT + 10);
    }

    LogOnDisk.Place inFormerBatch = disk.placeOf(COUNT + 3);
    LogOnDisk.zero(inFormerBatch.file(), inFormerBatch.offset(), inFormerBatch.bytes());
    disk.forgetHighWater();
    assertRefused(disk, COUNT + 3, inFormerBatch.file());
  }

  @Test
  void aLogShorterThanWhatTheCallerKnowsIsRefused() {
    assertThatThrownBy(() -> disk.open(new LogPosition(COUNT + 1)))
        .isInstanceOf(LogDamaged.class)
        .hasMessageStartingWith("Expected position 61 of the log")
        .hasMessageContaining("because positions up to 61 are known to have been acknowledged");
  }

  @Test
  void aFileOfAnotherLogIsRefused() throws Exception {
    LogOnDisk other = new LogOnDisk(folder.resolve("other"));
    try (EventLog log = other.open()) {
      log.append("another beginning".getBytes(UTF_8));
      LogOnDisk.appendUpTo(log, COUNT);
    }
    LogOnDisk.Place place = disk.placeOf(25);
    Path foreign = other.placeOf(25).file();
    assertThat(foreign.getFileName()).isEqualTo(place.file().getFileName());
    Files.delete(place.file());
    Files.copy(foreign, place.file());

    assertThatThrownBy(disk::open)
        .isInstanceOf(LogDamaged.class)
        .hasMessageContaining("Expected the chain ")
        .hasMessageContaining("the entry belongs to another log, or to an end that was dropped");
  }

  @Test
  void anOlderCopyOfTheWholeLogIsRefusedByWhatTheCallerKnows() throws Exception {
    LogOnDisk older = disk.copyTo(folder.resolve("older"));
    try (EventLog log = disk.open()) {
      LogOnDisk.appendUpTo(log, COUNT + 5);
    }

    assertThatThrownBy(() -> older.open(new LogPosition(COUNT + 5))).isInstanceOf(LogDamaged.class);
    assertThat(older.texts()).isEqualTo(expected(COUNT));
  }

  @Test
  void chroniclesOwnTablesMayBeLostWithoutHarm() throws Exception {
    Path table = disk.folder().resolve("opening-00000001/metadata.cq4t");
    Files.writeString(table, "no longer a table");
    assertThat(disk.texts()).isEqualTo(expected(COUNT));

    Files.delete(table);
    assertThat(disk.texts()).isEqualTo(expected(COUNT));
  }

  @Test
  void aCursorNamesDamageThatHappensWhileTheLogIsOpen() throws Exception {
    try (EventLog log = disk.open()) {
      LogOnDisk.Place place = disk.placeOf(25);
      LogOnDisk.flip(place.file(), place.offset() + 4 + Envelope.HEADER_BYTES);

      try (LogCursor cursor = log.read(new LogPosition(23))) {
        assertThat(Objects.requireNonNull(cursor.next()).position().value()).isEqualTo(24);
        assertThatThrownBy(cursor::next)
            .isInstanceOf(LogDamaged.class)
            .hasMessageStartingWith(
                "Position 25 of the log, in '%s', is damaged: Expected a CRC32C"
                    .formatted(place.file()))
            .hasMessageEndingWith(
                "Nothing was skipped. Stop the broker, put back an undamaged copy of this file,"
                    + " and start again.");
      }
    }
  }

  private static void assertRefused(LogOnDisk disk, int position, Path file) {
    assertThatThrownBy(disk::open)
        .isInstanceOf(LogDamaged.class)
        .hasMessageStartingWith("Expected position %d of the log".formatted(position))
        .hasMessageContaining(file.toString());
  }

  private static List<String> expected(int count) {
    return new ArrayList<>(
        IntStream.rangeClosed(1, count).mapToObj(i -> i + " " + text(i)).toList());
  }
}
