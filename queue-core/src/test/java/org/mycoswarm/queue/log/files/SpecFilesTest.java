package org.mycoswarm.queue.log.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.queue.domain.SpecStore;
import org.mycoswarm.queue.domain.SpecStoreContract;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.log.LogFailure;

/// Specs in real files: the contract, and what is particular to files.
class SpecFilesTest extends SpecStoreContract {
  private static final TaskSpec MEBIBYTE = spec("m".repeat((1 << 20) - 200));

  @TempDir private Path folder;
  private final List<SpecFiles> opened = new ArrayList<>();

  @Override
  protected SpecStore store() {
    return open();
  }

  private SpecFiles open() {
    SpecFiles files = SpecFiles.open(folder);
    opened.add(files);
    return files;
  }

  @AfterEach
  void close() {
    opened.forEach(SpecFiles::close);
  }

  @Test
  void filesOfAnEarlierProcessAreDeletedAndNothingElse() throws IOException {
    Files.writeString(folder.resolve("00000000.specs"), "old");
    Files.writeString(folder.resolve("00000007.specs"), "old");
    Files.writeString(folder.resolve("letter.txt"), "mine");

    open();

    assertThat(names()).containsExactlyInAnyOrder("00000000.specs", "letter.txt");
    assertThat(folder.resolve("00000000.specs")).isEmptyFile();
  }

  @Test
  void closingLeavesNoFiles() throws IOException {
    SpecFiles specs = open();
    put(specs, 40);

    specs.close();

    assertThat(names()).isEmpty();
  }

  @Test
  void aSegmentWhoseSpecsAreAllDroppedIsDeleted() throws IOException {
    SpecFiles specs = open();
    List<Long> first = put(specs, 32);
    List<Long> second = put(specs, 10);
    assertThat(names()).containsExactlyInAnyOrder("00000000.specs", "00000001.specs");

    first.forEach(specs::drop);

    assertThat(names()).containsExactly("00000001.specs");
    assertThat(second).allSatisfy(spec -> assertThat(specs.get(spec)).isEqualTo(MEBIBYTE));
  }

  @Test
  void aSpecThatOutlivesAllOthersDoesNotKeepTheirFiles() throws IOException {
    SpecFiles specs = open();
    Map<Long, TaskSpec> kept = new HashMap<>();
    for (int i = 0; i < 5; i++) {
      TaskSpec spec = spec("kept " + i);
      kept.put(specs.put(spec), spec);
      put(specs, 32).forEach(specs::drop);
    }

    long live = 5 * 256;
    assertThat(onDisk()).isLessThanOrEqualTo(specs.bytes());
    assertThat(specs.bytes())
        .isLessThanOrEqualTo(SpecFiles.LIVE_FACTOR * live + SpecFiles.SLACK_BYTES);
    kept.forEach((number, spec) -> assertThat(specs.get(number)).isEqualTo(spec));
    kept.keySet().forEach(specs::drop);
    assertThatThrownBy(() -> specs.get(kept.keySet().iterator().next()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void specsOfAFileThatIsMostlyDeadAreMovedMoreThanOnce() {
    SpecFiles specs = open();
    List<Long> kept = new ArrayList<>();
    for (int round = 0; round < 8; round++) {
      List<Long> numbers = put(specs, 32);
      kept.add(numbers.remove(5));
      numbers.forEach(specs::drop);
    }

    assertThat(kept).allSatisfy(spec -> assertThat(specs.get(spec)).isEqualTo(MEBIBYTE));
    assertThat(specs.bytes()).isLessThanOrEqualTo(3 * 8 * (1L << 20) + SpecFiles.SLACK_BYTES);
  }

  @Test
  void bytesThatChangedOnDiskStopTheReader() throws IOException {
    SpecFiles specs = open();
    long spec = put(specs, 3).getFirst();
    try (RandomAccessFile file = new RandomAccessFile(file(), "rw")) {
      file.seek(500_000);
      file.write('n');
    }

    assertThatThrownBy(() -> specs.get(spec))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Expected spec %d where it was written, but something else is there; the disk does not give back what it was given"
                .formatted(spec));
  }

  @Test
  void aFileThatWasCutStopsTheReader() throws IOException {
    SpecFiles specs = open();
    long spec = put(specs, 3).getFirst();
    try (RandomAccessFile file = new RandomAccessFile(file(), "rw")) {
      file.setLength(100);
    }

    assertThatThrownBy(() -> specs.get(spec))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching(
            "Expected [\\d,]+ bytes from byte 0 on of segment 0 of the specs, but the file ends before");
  }

  @Test
  void oneSpecIsNeverTakenForAnother() throws IOException {
    SpecFiles specs = open();
    List<Long> numbers = put(specs, 3);
    byte[] all = Files.readAllBytes(file().toPath());
    int length = all.length / 3;
    System.arraycopy(all, 0, all, length, length);
    Files.write(file().toPath(), all);

    assertThat(specs.get(numbers.getFirst())).isEqualTo(MEBIBYTE);
    assertThatThrownBy(() -> specs.get(numbers.get(1))).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aDiskThatTakesNoMoreSaysWhatToDo() throws IOException {
    SpecFiles specs = open();
    put(specs, 31);
    opened.clear();
    Files.delete(folder.resolve("00000000.specs"));
    Files.delete(folder);

    assertThatThrownBy(() -> put(specs, 2))
        .isInstanceOf(LogFailure.class)
        .hasMessage(
            "Expected to create '%s', which keeps what tasks are to do, but java.nio.file.NoSuchFileException: %1$s; the broker stops, and nothing is lost: free some room on the disk or repair it, and start it again"
                .formatted(folder.resolve("00000001.specs")));
    Files.createDirectories(folder);
  }

  @Test
  void aFolderThatCannotBeMadeSaysSo() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertThatThrownBy(() -> SpecFiles.open(file))
        .isInstanceOf(LogFailure.class)
        .hasMessageStartingWith(
            "Expected to empty the folder '%s', which keeps what tasks are to do, but "
                .formatted(file))
        .hasMessageEndingWith("; make it writable and start again");
  }

  private static List<Long> put(SpecStore specs, int count) {
    return new ArrayList<>(IntStream.range(0, count).mapToObj(_ -> specs.put(MEBIBYTE)).toList());
  }

  private File file() {
    return folder.resolve("00000000.specs").toFile();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private long onDisk() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.mapToLong(SpecFilesTest::size).sum();
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
