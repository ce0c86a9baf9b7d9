package org.mycoswarm.queue.log.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.StateImage;
import org.mycoswarm.queue.log.LogDamaged;
import org.mycoswarm.queue.log.LogFailure;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.Snapshots.Snapshot;
import org.mycoswarm.queue.log.StateImageCodec;
import org.mycoswarm.queue.log.disks.SmallDisk;
import org.mycoswarm.queue.log.json.JsonStateImageCodec;

class SnapshotFilesTest {
  private static final Logger LOG = Logger.getLogger(SnapshotFiles.class.getName());
  private static final Instant AT = Instant.parse("2026-11-23T02:30:00.123Z");
  private static final List<StateImage> OLD = pieces(2);
  private static final List<StateImage> NEW = pieces(3);

  @TempDir Path folder;
  private final List<String> warnings = new ArrayList<>();
  private final Handler listener = listener();
  private SnapshotFiles snapshots;

  @BeforeEach
  void open() {
    LOG.addHandler(listener);
    LOG.setUseParentHandlers(false);
    snapshots = SnapshotFiles.open(folder, new JsonStateImageCodec(), 2);
  }

  @AfterEach
  void quiet() {
    LOG.removeHandler(listener);
    LOG.setUseParentHandlers(true);
  }

  @Test
  void theNewestSnapshotComesBackAsItWasWritten() {
    write(9, OLD);
    write(10, NEW);

    Snapshot newest =
        SnapshotFiles.open(folder, new JsonStateImageCodec(), 2).newestReadable().get();

    assertThat(newest.position()).isEqualTo(new LogPosition(10));
    assertThat(newest.at()).isEqualTo(AT);
    assertThat(read(newest)).isEqualTo(NEW);
    assertThat(warnings).isEmpty();
  }

  @Test
  void manyPiecesComeBackInOrder() {
    List<StateImage> many = pieces(100_000);

    write(7, many);

    assertThat(read(snapshots.newestReadable().get())).isEqualTo(many);
  }

  @Test
  void anEmptyFolderHasNone() {
    assertThat(snapshots.newestReadable()).isEmpty();
    assertThat(snapshots.positions()).isEmpty();
  }

  @Test
  void onlyTheNewestAreKept() {
    for (int position : new int[] {3, 20, 100}) {
      write(position, OLD);
    }

    assertThat(snapshots.positions()).containsExactly(new LogPosition(100), new LogPosition(20));
    assertThatThrownBy(() -> SnapshotFiles.open(folder, new JsonStateImageCodec(), 1))
        .hasMessage("Expected to keep 2 snapshots or more, but it is 1");
  }

  @Test
  void whatWasBeingWrittenWhenTheProcessDiedIsNoSnapshot() throws IOException {
    write(1, OLD);
    Files.copy(file(1), folder.resolve("writing"));
    Files.writeString(folder.resolve("snapshot-notes.txt"), "not ours");

    SnapshotFiles reopened = SnapshotFiles.open(folder, new JsonStateImageCodec(), 2);

    assertThat(reopened.positions()).containsExactly(new LogPosition(1));
    assertThat(folder.resolve("writing")).doesNotExist();
  }

  @Test
  void aSnapshotThatCannotBeWrittenLeavesTheOthers() {
    write(1, OLD);
    Stream<StateImage> broken =
        Stream.concat(
            NEW.stream(),
            Stream.generate(
                () -> {
                  throw new IllegalStateException("no more");
                }));

    assertThatThrownBy(() -> snapshots.write(new LogPosition(2), AT, broken)).hasMessage("no more");

    assertThat(read(snapshots.newestReadable().get())).isEqualTo(OLD);
    assertThat(folder.resolve("writing")).doesNotExist();
  }

  @Test
  void aSnapshotThatFillsTheDiskGivesItsRoomBack() throws IOException {
    try (SmallDisk disk = SmallDisk.tmpfs(folder.resolve("disk"), 1)) {
      SnapshotFiles there = SnapshotFiles.open(disk.folder(), new JsonStateImageCodec(), 2);

      assertThatThrownBy(() -> there.write(new LogPosition(2), AT, pieces(1_000_000).stream()))
          .isInstanceOf(LogFailure.class)
          .hasMessageContaining("but the disk refused");

      assertThat(disk.folder()).isEmptyDirectory();
    }
  }

  @Test
  void aDamagedSnapshotGoesBeforeTheWholeOneBeforeIt() throws IOException {
    write(1, OLD);
    write(2, NEW);
    Files.write(file(2), new byte[100]);

    write(3, NEW);

    assertThat(snapshots.positions()).containsExactly(new LogPosition(3), new LogPosition(1));
    assertThat(warnings)
        .containsExactly(
            "A snapshot is deleted. '%s' is damaged at byte 0: the checksum of a block is another; a newer one was written."
                .formatted(file(2)));
  }

  @Test
  void aSnapshotThatTheDiskDoesNotGiveLeavesTheOneBefore() throws IOException {
    write(1, OLD);
    Files.createDirectory(file(2)); // reading it is an error, and not damage

    assertThat(read(snapshots.newestReadable().get())).isEqualTo(OLD);
    assertThat(warnings)
        .containsExactly(
            "Snapshot '%s' is passed over, for it cannot be read: java.io.IOException: Is a directory"
                .formatted(file(2)));

    Files.delete(file(1));
    assertThatThrownBy(snapshots::newestReadable)
        .isInstanceOf(LogFailure.class)
        .hasMessageStartingWith("Expected to read snapshot '%s', but the disk refused: ", file(2));
  }

  @Test
  void aFolderThatIsGoneIsNamed() throws IOException {
    Path gone = folder.resolve("gone");
    SnapshotFiles lost = SnapshotFiles.open(gone, new JsonStateImageCodec(), 2);
    Files.delete(gone);

    assertThatThrownBy(() -> lost.write(new LogPosition(2), AT, NEW.stream()))
        .isInstanceOf(LogFailure.class)
        .hasMessageStartingWith(
            "Expected to write a snapshot of position 2 to '%s', but the disk refused: ", gone)
        .hasMessageEndingWith("The earlier ones are still there, and the log goes on.");
  }

  @Test
  void everyFlippedByteIsFoundAndTheOlderSnapshotTaken() throws IOException {
    write(1, OLD);
    write(2, NEW);
    byte[] whole = Files.readAllBytes(file(2));

    for (int at = 0; at < whole.length; at++) {
      byte[] flipped = whole.clone();
      flipped[at] ^= (byte) (1 << at % 8);
      Files.write(file(2), flipped);

      assertOlderIsTaken("byte %d of %d flipped".formatted(at, whole.length));
    }
  }

  @Test
  void everyCutIsFoundAndTheOlderSnapshotTaken() throws IOException {
    write(1, OLD);
    write(2, NEW);
    byte[] whole = Files.readAllBytes(file(2));

    for (int bytes = 0; bytes < whole.length; bytes++) {
      Files.write(file(2), Arrays.copyOf(whole, bytes));

      assertOlderIsTaken("cut to %d of %d bytes".formatted(bytes, whole.length));
    }
    Files.write(file(2), Arrays.copyOf(whole, whole.length + 1));
    assertOlderIsTaken("one byte too many");
  }

  @Test
  void aDamagedSnapshotIsNamedWithThePlace() throws IOException {
    write(1, OLD);
    byte[] bytes = Files.readAllBytes(file(1));
    int block = 8 + firstLine(bytes);
    bytes[block + 20] ^= 1;
    Files.write(file(1), bytes);

    Optional<Snapshot> found = snapshots.newestReadable();

    assertThat(found).isEmpty();
    assertThat(warnings)
        .containsExactly(
            "A snapshot is passed over. '%s' is damaged at byte %d: the checksum of a block is another; an older one, or the log, says the same."
                .formatted(file(1), block));
  }

  @Test
  void aSnapshotUnderTheNameOfAnotherIsNotTaken() throws IOException {
    write(1, OLD);
    write(2, NEW);
    Files.move(file(2), file(3));

    assertOlderIsTaken("another name");
  }

  @Test
  void aSnapshotOfANewerProgramIsRefused() {
    write(1, OLD);
    SnapshotFiles newer = SnapshotFiles.open(folder, new NextCodec(), 2);
    newer.write(new LogPosition(2), AT, NEW.stream());

    assertThatThrownBy(snapshots::newestReadable)
        .isInstanceOf(LogFailure.class)
        .hasMessage(
            "Expected snapshot '%s' to be of version 1 or older, but it is of version 2; nothing was changed, start a newer mycoSwarm on this home",
            file(2));
    assertThat(newer.newestReadable()).isPresent();
  }

  @Test
  void whatIsDamagedAfterTheCheckIsNotGivenOut() throws IOException {
    write(1, NEW);
    Snapshot checked = snapshots.newestReadable().get();
    byte[] bytes = Files.readAllBytes(file(1));
    bytes[bytes.length - 50] ^= 1;
    Files.write(file(1), bytes);

    assertThatThrownBy(() -> read(checked))
        .isInstanceOf(LogDamaged.class)
        .hasMessageStartingWith(
            "Expected a snapshot to stay as it was when it was checked, but '%s' is damaged",
            file(1));
  }

  private void assertOlderIsTaken(String damage) {
    warnings.clear();

    Snapshot newest = snapshots.newestReadable().get();

    assertThat(newest.position()).as(damage).isEqualTo(new LogPosition(1));
    assertThat(read(newest)).as(damage).isEqualTo(OLD);
    assertThat(warnings).as(damage).hasSize(1);
  }

  private void write(long position, List<StateImage> pieces) {
    snapshots.write(new LogPosition(position), AT, pieces.stream());
  }

  private static List<StateImage> read(Snapshot snapshot) {
    List<StateImage> pieces = new ArrayList<>();
    snapshot.pieces().readBy(all -> all.forEachRemaining(pieces::add));
    return pieces;
  }

  private static List<StateImage> pieces(int count) {
    return IntStream.range(0, count)
        .<StateImage>mapToObj(i -> new StateImage.EndedImage(new JobId("job-" + i), i, 1))
        .toList();
  }

  private Path file(int position) {
    return folder.resolve("snapshot-%020d".formatted(position));
  }

  private static int firstLine(byte[] bytes) {
    int end = 8;
    while (bytes[end] != '\n') {
      end++;
    }
    return end + 1 - 8;
  }

  private Handler listener() {
    return new Handler() {
      @Override
      public void publish(@Nullable LogRecord entry) {
        if (entry != null) {
          warnings.add(entry.getMessage());
        }
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }

  /// The codec of a program to come.
  private static final class NextCodec implements StateImageCodec {
    private final StateImageCodec today = new JsonStateImageCodec();

    @Override
    public int version() {
      return today.version() + 1;
    }

    @Override
    public byte[] encodeSome(Iterator<StateImage> pieces) {
      return today.encodeSome(pieces);
    }

    @Override
    public List<StateImage> decode(byte[] block) {
      return today.decode(block);
    }
  }
}
