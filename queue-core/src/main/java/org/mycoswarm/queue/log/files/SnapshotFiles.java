package org.mycoswarm.queue.log.files;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.StateImage;
import org.mycoswarm.queue.log.Ahead;
import org.mycoswarm.queue.log.LogDamaged;
import org.mycoswarm.queue.log.LogFailure;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.Snapshots;
import org.mycoswarm.queue.log.StateImageCodec;
import org.mycoswarm.queue.log.files.SnapshotFrames.Damaged;
import org.mycoswarm.queue.log.files.SnapshotFrames.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Snapshots as files `snapshot-00000000000000000042`, named by their position. A file is written
/// under another name, synced, and moved to its own in one step, so a name stands for a whole
/// snapshot unless the disk damages it later. Reading checks every byte before a piece is given
/// out.
public final class SnapshotFiles implements Snapshots {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotFiles.class);
  private static final String PREFIX = "snapshot-";
  private static final String TEMPORARY = "writing";
  private static final int BUFFER_BYTES = 256 << 10;

  private final Path folder;
  private final StateImageCodec codec;
  private final int kept;

  private SnapshotFiles(Path folder, StateImageCodec codec, int kept) {
    this.folder = folder;
    this.codec = codec;
    this.kept = kept;
  }

  /// Opens the snapshots in a folder, or begins them.
  ///
  /// @param kept how many of the newest stay, 2 or more, so that damage to one leaves another
  /// @throws LogFailure when the folder cannot be used
  public static SnapshotFiles open(Path folder, StateImageCodec codec, int kept) {
    if (kept < 2) {
      throw new IllegalArgumentException(
          "Expected to keep 2 snapshots or more, but it is %d".formatted(kept));
    }
    try {
      Files.createDirectories(folder);
      Files.deleteIfExists(folder.resolve(TEMPORARY));
    } catch (IOException e) {
      throw new LogFailure(
          "Expected to keep snapshots in '%s', but %s; make it writable and start again"
              .formatted(folder, e),
          e);
    }
    return new SnapshotFiles(folder, codec, kept);
  }

  @Override
  public void write(LogPosition position, Instant at, Stream<StateImage> pieces) {
    Path temporary = folder.resolve(TEMPORARY);
    try (pieces) {
      writeTo(temporary, new Header(codec.version(), position, at), pieces.iterator());
      Files.move(temporary, file(position), StandardCopyOption.ATOMIC_MOVE);
      syncNames();
      dropOld(position);
    } catch (RuntimeException e) {
      giveUp(temporary, e);
      throw e;
    } catch (IOException e) {
      giveUp(temporary, e);
      throw new LogFailure(
          "Expected to write a snapshot of position %s to '%s', but the disk refused: %s. The earlier ones are still there, and the log goes on."
              .formatted(position, folder, e),
          e);
    }
  }

  /// What is half written takes room that the log may need.
  private static void giveUp(Path temporary, Exception why) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      why.addSuppressed(e);
    }
  }

  /// Damaged ones do not count, and go: the whole one before them may be needed.
  ///
  /// @param written a moment ago, and so whole
  private void dropOld(LogPosition written) throws IOException {
    int whole = 0;
    for (Path file : newestFirst()) {
      if (whole == kept) {
        Files.deleteIfExists(file);
      } else if (position(file).equals(written)) {
        whole++;
      } else {
        whole += keepIfWhole(file);
      }
    }
  }

  /// @return how many whole ones that makes, one or none
  private int keepIfWhole(Path file) throws IOException {
    try {
      check(file);
      return 1;
    } catch (Damaged e) {
      LOG.warn("A snapshot is deleted. {}; a newer one was written.", e.getMessage());
      Files.deleteIfExists(file);
      return 0;
    } catch (IOException e) {
      LOG.warn("Snapshot '{}' is left alone, for it cannot be read: {}", file, e.toString());
      return 0;
    }
  }

  private void writeTo(Path file, Header header, Iterator<StateImage> pieces) throws IOException {
    try (FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
        OutputStream out =
            new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES)) {
      SnapshotFrames.Writer frames = new SnapshotFrames.Writer(out, header);
      while (pieces.hasNext()) {
        frames.write(codec.encodeSome(pieces));
      }
      frames.end();
      out.flush();
      channel.force(true);
    }
  }

  private void syncNames() throws IOException {
    try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
      names.force(true);
    }
  }

  @Override
  public Optional<Snapshot> newestReadable(LogPosition atMost) {
    LogFailure refused = null;
    for (Path file : newestFirst()) {
      if (position(file).isAfter(atMost)) {
        continue;
      }
      try {
        Header header = check(file);
        return Optional.of(
            new Snapshot(header.position(), header.at(), reader -> read(file, reader)));
      } catch (Damaged e) {
        LOG.warn(
            "A snapshot is passed over. {}; an older one, or the log, says the same.",
            e.getMessage());
      } catch (IOException e) {
        refused = unreadable(file, e);
        LOG.warn("Snapshot '{}' is passed over, for it cannot be read: {}", file, e.toString());
      }
    }
    if (refused != null) {
      throw refused;
    }
    return Optional.empty();
  }

  /// Reads all of a file, so that nothing is given out of one that is damaged further on.
  private Header check(Path file) throws IOException, Damaged {
    try (SnapshotFrames.Reader frames = new SnapshotFrames.Reader(file)) {
      Header header = frames.header();
      if (header.version() > codec.version()) {
        throw new LogFailure(
            "Expected snapshot '%s' to be of version %d or older, but it is of version %d; nothing was changed, start a newer mycoSwarm on this home"
                .formatted(file, codec.version(), header.version()));
      }
      if (!file(header.position()).equals(file)) {
        throw new Damaged("'%s' is a snapshot of position %s".formatted(file, header.position()));
      }
      while (frames.next() != null) {
        // Only looked at.
      }
      return header;
    }
  }

  private void read(Path file, Consumer<Iterator<StateImage>> reader) {
    try (Ahead<List<StateImage>> blocks =
        new Ahead<>("snapshot", () -> new Blocks(file), block -> decode(file, block))) {
      reader.accept(new Flat(blocks));
    }
  }

  private List<StateImage> decode(Path file, byte[] block) {
    try {
      return codec.decode(block);
    } catch (LogDamaged e) {
      throw new LogDamaged(
          "Snapshot '%s' is whole, but of a shape that this program does not know. %s"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private static LogFailure unreadable(Path file, IOException e) {
    return new LogFailure(
        "Expected to read snapshot '%s', but the disk refused: %s. Nothing was changed; see that it can be read and start again."
            .formatted(file, e),
        e);
  }

  /// The blocks of a file that was checked a moment ago.
  private static final class Blocks implements Ahead.Source<byte[]> {
    private final Path file;
    private final SnapshotFrames.Reader frames;

    Blocks(Path file) {
      this.file = file;
      try {
        frames = new SnapshotFrames.Reader(file);
      } catch (IOException e) {
        throw unreadable(file, e);
      } catch (Damaged e) {
        throw damaged(e);
      }
    }

    @Override
    public byte @Nullable [] next() {
      try {
        return frames.next();
      } catch (IOException e) {
        throw unreadable(file, e);
      } catch (Damaged e) {
        throw damaged(e);
      }
    }

    private static LogDamaged damaged(Damaged e) {
      return new LogDamaged(
          "Expected a snapshot to stay as it was when it was checked, but %s; start again"
              .formatted(e.getMessage()),
          e);
    }

    @Override
    public void close() {
      try {
        frames.close();
      } catch (IOException e) {
        throw unreadable(file, e);
      }
    }
  }

  private static final class Flat implements Iterator<StateImage> {
    private final Iterator<List<StateImage>> blocks;
    private Iterator<StateImage> block = List.<StateImage>of().iterator();

    Flat(Iterator<List<StateImage>> blocks) {
      this.blocks = blocks;
    }

    @Override
    public boolean hasNext() {
      while (!block.hasNext() && blocks.hasNext()) {
        block = blocks.next().iterator();
      }
      return block.hasNext();
    }

    @Override
    public StateImage next() {
      return hasNext() ? block.next() : blocks.next().getFirst();
    }
  }

  @Override
  public Stream<LogPosition> positions() {
    return newestFirst().stream().map(SnapshotFiles::position);
  }

  private List<Path> newestFirst() {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, PREFIX + "[0-9]*")) {
      all.forEach(files::add);
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
    files.removeIf(file -> !file.getFileName().toString().matches(PREFIX + "\\d{20}"));
    files.sort(Comparator.comparing(SnapshotFiles::position).reversed());
    return files;
  }

  private static LogPosition position(Path file) {
    return new LogPosition(
        Long.parseLong(file.getFileName().toString().substring(PREFIX.length())));
  }

  private Path file(LogPosition position) {
    return folder.resolve("%s%020d".formatted(PREFIX, position.value()));
  }
}
