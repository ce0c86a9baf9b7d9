package org.mycoswarm.cli.folder;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.BrokerRefused;
import org.mycoswarm.cli.client.BrokerUnreachable;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.cli.output.Figures;
import org.mycoswarm.cli.output.Progress;
import org.mycoswarm.schema.wire.Manifest;
import org.mycoswarm.schema.wire.Manifest.FileEntry;
import org.mycoswarm.schema.wire.Manifest.SkippedFile;

/// Sends a folder's files to the broker, each under its hash, then the manifest that names them. A
/// file that cannot be read is left out with the reason; what the broker has already is not sent
/// again. For one thread; four files travel at a time.
public final class FolderUpload {
  private static final int AT_ONCE = 4;

  /// Up to here a file is read once, so that hash and bytes are of the same moment.
  private static final int READ_WHOLE_BYTES = 16 << 20;

  /// Up to here sending the bytes costs no more than asking whether they are there.
  private static final int SEND_UNASKED_BYTES = 64 << 10;

  private final BrokerClient client;
  private final long fileBytesMax;
  private final Progress progress;

  public FolderUpload(BrokerClient client, long fileBytesMax, Progress progress) {
    this.client = client;
    this.fileBytesMax = fileBytesMax;
    this.progress = progress;
  }

  /// @param manifest SHA-256 of the manifest's blob
  public record Uploaded(String manifest, int files, long bytes, List<SkippedFile> skipped) {}

  private sealed interface Outcome {
    record Sent(FileEntry entry) implements Outcome {}

    record Left(SkippedFile file) implements Outcome {}
  }

  public Uploaded upload(FolderWalk walk) {
    List<FileEntry> files = new ArrayList<>();
    List<SkippedFile> skipped = new ArrayList<>(walk.skipped());
    try (ExecutorService senders =
        Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().name("upload").factory())) {
      List<Future<Outcome>> outcomes = new ArrayList<>();
      walk.files().forEach(f -> outcomes.add(senders.submit(() -> send(walk.folder(), f))));
      for (Future<Outcome> outcome : outcomes) {
        switch (get(outcome, senders)) {
          case Outcome.Sent(FileEntry entry) -> files.add(entry);
          case Outcome.Left(SkippedFile file) -> skipped.add(file);
        }
        int done = files.size() + skipped.size() - walk.skipped().size();
        progress.show(
            (double) done / outcomes.size(),
            "%s of %s uploaded"
                .formatted(Figures.number(done), Figures.count(outcomes.size(), "file")));
      }
    }
    skipped.sort(Comparator.comparing(SkippedFile::path));
    byte[] manifest = Wire.bytes(new Manifest(files, skipped));
    String hash = Sha256.of(manifest);
    client.putBlob(hash, BodyPublishers.ofByteArray(manifest));
    long bytes = files.stream().mapToLong(FileEntry::size).sum();
    return new Uploaded(hash, files.size(), bytes, skipped);
  }

  private Outcome send(Path folder, Path relative) {
    String name = FolderWalk.name(relative);
    Path file = folder.resolve(relative);
    try {
      long size = Files.size(file);
      if (size > fileBytesMax) {
        return left(
            name,
            "%s is more than the broker takes (%s)"
                .formatted(Figures.bytes(size), Figures.bytes(fileBytesMax)));
      }
      return size <= READ_WHOLE_BYTES ? sendWhole(name, file) : sendLarge(name, file, true);
    } catch (IOException e) {
      return left(name, Reasons.unreadable(e));
    } catch (BrokerRefused e) {
      if (e.status() == 413) {
        return left(name, e.words());
      }
      throw e;
    }
  }

  private Outcome sendWhole(String name, Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    String hash = Sha256.of(bytes);
    if (bytes.length <= SEND_UNASKED_BYTES || !client.hasBlob(hash)) {
      client.putBlob(hash, BodyPublishers.ofByteArray(bytes));
    }
    return new Outcome.Sent(new FileEntry(name, hash, bytes.length));
  }

  /// Reads the file twice. The broker notices when it changed in between.
  private Outcome sendLarge(String name, Path file, boolean again) throws IOException {
    String hash = hash(file);
    long size = Files.size(file);
    if (client.hasBlob(hash)) {
      return new Outcome.Sent(new FileEntry(name, hash, size));
    }
    try {
      client.putBlob(hash, BodyPublishers.ofFile(file));
      return new Outcome.Sent(new FileEntry(name, hash, size));
    } catch (BrokerRefused e) {
      if (e.status() != 422) {
        throw e;
      }
      return again ? sendLarge(name, file, false) : left(name, "it changed while it was read");
    } catch (BrokerUnreachable e) {
      // A body that ends early looks like a lost connection.
      if (!Files.isReadable(file) || Files.size(file) != size) {
        return left(name, "it changed while it was read");
      }
      throw e;
    }
  }

  private static Outcome left(String name, String reason) {
    return new Outcome.Left(new SkippedFile(name, reason));
  }

  private static Outcome get(Future<Outcome> outcome, ExecutorService senders) {
    try {
      return outcome.get();
    } catch (ExecutionException e) {
      senders.shutdownNow();
      if (e.getCause() instanceof CommandFailed failure) {
        throw failure;
      }
      throw new IllegalStateException("Expected every file to be sent or left out", e.getCause());
    } catch (InterruptedException e) {
      senders.shutdownNow();
      Thread.currentThread().interrupt();
      throw new CommandFailed(ExitCode.FAILURES, "Stopped while uploading.");
    }
  }

  private static String hash(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Sha256.of(in);
    }
  }
}
