package org.mycoswarm.cli.folder;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.cli.output.Figures;
import org.mycoswarm.cli.output.Progress;

/// The body of a bulk submission: a file, or what came from standard input, kept in a file until it
/// is sent, so that it can be sent again when the connection is lost. For one submission.
public final class LinesToSend implements AutoCloseable {
  private final Path file;
  private final @Nullable Path kept;
  private final long size;

  private LinesToSend(Path file, @Nullable Path kept) throws IOException {
    this.file = file;
    this.kept = kept;
    this.size = Files.size(file);
  }

  /// @throws CommandFailed when it cannot be read
  public static LinesToSend of(Path file) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new CommandFailed(
          ExitCode.NOT_FOUND,
          "Expected '%s' to be a file with a task a line, but %s. Nothing was submitted."
              .formatted(
                  file,
                  Files.isDirectory(file)
                      ? "it is a folder"
                      : Files.exists(file) ? "it cannot be read" : "it does not exist"));
    }
    try {
      return Files.isRegularFile(file) ? new LinesToSend(file, null) : keep(file);
    } catch (IOException e) {
      throw unreadable(file.toString(), e);
    }
  }

  /// Reads a stream to its end.
  ///
  /// @throws CommandFailed when it breaks off
  public static LinesToSend of(InputStream in) {
    try {
      return keep(in);
    } catch (IOException e) {
      throw unreadable("standard input", e);
    }
  }

  /// A pipe, which can be read only once.
  private static LinesToSend keep(Path pipe) throws IOException {
    try (InputStream in = Files.newInputStream(pipe)) {
      return keep(in);
    }
  }

  private static LinesToSend keep(InputStream in) throws IOException {
    Path kept = Files.createTempFile("mycoswarm-submit", ".ndjson");
    try {
      Files.copy(in, kept, StandardCopyOption.REPLACE_EXISTING);
      return new LinesToSend(kept, kept);
    } catch (IOException e) {
      Files.delete(kept);
      throw e;
    }
  }

  private static CommandFailed unreadable(String what, IOException e) {
    return new CommandFailed(
        ExitCode.FAILURES,
        "Expected to read %s to its end, but that failed (%s). Nothing was submitted."
            .formatted(what, e));
  }

  /// From its beginning each time it is sent.
  ///
  /// @param progress told how much is sent, by the thread that sends
  public BodyPublisher body(Progress progress) {
    return BodyPublishers.fromPublisher(
        BodyPublishers.ofInputStream(() -> open(progress)), Math.max(1, size));
  }

  public boolean isEmpty() {
    return size == 0;
  }

  private InputStream open(Progress progress) {
    try {
      return new CountedInput(
          Files.newInputStream(file),
          read ->
              progress.show(
                  (double) read / Math.max(1, size),
                  "%s of %s sent".formatted(Figures.bytes(read), Figures.bytes(size))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      if (kept != null) {
        Files.deleteIfExists(kept);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
