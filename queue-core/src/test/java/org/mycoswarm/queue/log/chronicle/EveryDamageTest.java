package org.mycoswarm.queue.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mycoswarm.queue.log.chronicle.LogOnDisk.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.LogDamaged;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.LogTexts;

/// Twenty and some acknowledged entries in three openings of several files, with older ones dropped
/// before them. Whatever one damage does, the log opens with every entry as it was, or it refuses
/// and says which position, which file and what to do. There is no third outcome.
@SuppressWarnings("NullAway.Init") // set up before each test
class EveryDamageTest {
  private static final int LAST = 40;

  /// Chronicle's index pages, which we never read, and blocks given ahead are sampled; every byte
  /// of an entry is not.
  private static final int SAMPLED = 499;

  private static final int EVERY_SO_MANY = 7;

  @TempDir Path folder;
  private LogOnDisk disk;
  private List<String> expected;
  private int refused;

  @BeforeEach
  void twentyEntries() {
    disk = new LogOnDisk(folder.resolve("log"));
    long first = 0;
    for (int end : List.of(20, 30, LAST)) {
      try (EventLog log = disk.open()) {
        LogOnDisk.appendUpTo(log, end);
        log.dropBefore(new LogPosition(end == LAST ? 15 : 1));
        first = log.first().value();
      }
    }
    assertThat(first).isBetween(2L, 15L);
    expected = IntStream.rangeClosed((int) first, LAST).mapToObj(i -> i + " " + text(i)).toList();
    assertThat(expected).hasSizeGreaterThanOrEqualTo(20);
    assertThat(disk.texts()).isEqualTo(expected);
  }

  @Test
  void everyFlippedByteOfAnEntryIsRefused() throws Exception {
    for (Path file : disk.files()) {
      for (long offset : offsets(file)) {
        LogOnDisk.flip(file, offset);
        assertWholeOrRefused(file, "byte %d of %s flipped".formatted(offset, file));
        LogOnDisk.flip(file, offset);
      }
    }
    assertThat(refused).as("each byte of each entry").isGreaterThan(20 * Envelope.HEADER_BYTES);
    assertThat(disk.texts()).isEqualTo(expected);
  }

  @Test
  void everyFlippedByteIsFoundAlsoWhenWhatLiesBeforeASnapshotIsCheckedLater() throws Exception {
    for (Path file : disk.files()) {
      for (long offset : offsets(file)) {
        if (offset % EVERY_SO_MANY == 0) {
          LogOnDisk.flip(file, offset);
          assertWholeOrFound("byte %d of %s flipped".formatted(offset, file));
          LogOnDisk.flip(file, offset);
        }
      }
    }
    assertThat(refused).isGreaterThan(20 * Envelope.HEADER_BYTES / EVERY_SO_MANY);
    assertThat(disk.texts()).isEqualTo(expected);
  }

  @Test
  void everyTruncatedLengthThatTakesAnEntryIsRefused() throws Exception {
    for (int i = 0; i < disk.files().size(); i++) {
      LogOnDisk copy = disk.copyTo(folder.resolve("truncated-" + i));
      Path file = copy.files().get(i);
      List<Long> lengths = offsets(file);
      for (long length : lengths.reversed()) {
        LogOnDisk.truncate(file, length);
        assertWholeOrRefused(copy, file, "%s cut to %d".formatted(file, length));
      }
    }
    assertThat(refused).isGreaterThan(20 * Envelope.HEADER_BYTES);
  }

  @Test
  void everyZeroedPageThatTakesAnEntryIsRefused() throws Exception {
    for (Path file : disk.files()) {
      byte[] asItIs = Files.readAllBytes(file);
      for (int at = 0; at < asItIs.length; at += 4096) {
        LogOnDisk.zero(file, at, Math.min(4096, asItIs.length - at));
        assertWholeOrRefused(file, "page at %d of %s zeroed".formatted(at, file));
        int from = at;
        LogOnDisk.change(
            file,
            from,
            Math.min(4096, asItIs.length - from),
            zeros -> Arrays.copyOfRange(asItIs, from, from + zeros.length));
      }
    }
    assertThat(refused).isGreaterThanOrEqualTo(disk.files().size());
  }

  @Test
  void everyByteAndLengthOfTheFilesBesideTheEntriesIsHealedOrRefused() throws Exception {
    for (String name : List.of("high-water", "beginning")) {
      Path file = disk.folder().resolve(name);
      byte[] asItIs = Files.readAllBytes(file);
      for (int i = 0; i < asItIs.length; i++) {
        boolean isPadding = i > 100 && i < 4090;
        if (!isPadding || i % SAMPLED == 0) {
          LogOnDisk.flip(file, i);
          assertWholeOrRefused(file, "byte %d of %s flipped".formatted(i, file));
          Files.write(file, asItIs);
          LogOnDisk.truncate(file, i);
          assertWholeOrRefused(file, "%s cut to %d".formatted(file, i));
          Files.write(file, asItIs);
        }
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void everyMissingFileAndFolderIsRefused() throws Exception {
    List<String> names = new ArrayList<>(List.of("high-water", "beginning"));
    disk.files().forEach(file -> names.add(disk.name(file)));
    names.add("opening-00000001");
    names.add("opening-00000002");
    names.add("opening-00000003");
    for (String name : names) {
      LogOnDisk copy = disk.copyTo(folder.resolve("without-" + name.replace('/', '-')));
      delete(copy.folder().resolve(name));
      refused = 0;

      assertWholeOrRefused(copy, copy.folder(), name + " deleted");

      assertThat(refused).as(name).isOne();
    }
  }

  /// Every offset in an entry and around it, and some of all others.
  private List<Long> offsets(Path path) throws IOException {
    List<Long> offsets = new ArrayList<>();
    try (CycleFile file = CycleFile.open(path)) {
      long at = 0;
      for (var entry = file.next(); entry != null; entry = file.next()) {
        for (; at < entry.offset(); at += at < 64 ? 1 : SAMPLED) {
          offsets.add(at);
        }
        for (at = entry.offset(); at < CycleFile.aligned(entry.end()); at++) {
          offsets.add(at);
        }
      }
      for (; at < file.size(); at += 40L * SAMPLED) {
        offsets.add(at);
      }
    }
    return offsets;
  }

  private void assertWholeOrFound(String name) {
    List<String> found;
    try (ChronicleEventLog log = disk.openFrom(30)) {
      log.checkEarlier();
      found = LogTexts.of(log);
    } catch (LogDamaged damage) {
      refused++;
      assertThatThrownBy(disk::texts).as(name).isInstanceOf(LogDamaged.class);
      return;
    }
    assertThat(found).as(name).isEqualTo(expected);
  }

  private void assertWholeOrRefused(Path damaged, String name) {
    assertWholeOrRefused(disk, damaged, name);
  }

  private void assertWholeOrRefused(LogOnDisk disk, Path damaged, String name) {
    List<String> found;
    try {
      found = disk.texts();
    } catch (LogDamaged refusal) {
      refused++;
      assertThat(refusal)
          .as(name)
          .hasMessageStartingWith("Expected ")
          .hasMessageContaining(disk.name(damaged))
          .hasMessageContaining("nothing was changed")
          .hasMessageContaining("Put back an undamaged copy of this file");
      return;
    }
    assertThat(found).as(name).isEqualTo(expected);
  }

  private static void delete(Path fileOrFolder) throws IOException {
    try (Stream<Path> all = Files.walk(fileOrFolder)) {
      for (Path each : all.toList().reversed()) {
        Files.delete(each);
      }
    }
  }
}
