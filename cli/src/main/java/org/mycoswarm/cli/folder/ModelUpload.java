package org.mycoswarm.cli.folder;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.BrokerRefused;
import org.mycoswarm.cli.output.Figures;
import org.mycoswarm.cli.output.Progress;
import org.mycoswarm.schema.wire.ModelFile;

/// Sends the files of a model, one after the other, each under its hash; what the broker has is not
/// sent again. All of them or none: a model without one of its files is none. For one thread.
public final class ModelUpload {
  private final BrokerClient client;
  private final long fileBytesMax;
  private final Progress progress;
  private long bytes;
  private long done;

  /// @param fileBytesMax of one blob, as the broker says
  public ModelUpload(BrokerClient client, long fileBytesMax, Progress progress) {
    this.client = client;
    this.fileBytesMax = fileBytesMax;
    this.progress = progress;
  }

  /// @throws CommandFailed when a file cannot be read, or is more than the broker takes
  public List<ModelFile> upload(ModelFolder model) {
    List<ModelFile> sent = new ArrayList<>();
    try {
      for (String path : model.files()) {
        bytes += checked(path, Files.size(model.folder().resolve(path)));
      }
      for (String path : model.files()) {
        sent.add(send(path, model.folder().resolve(path)));
      }
    } catch (IOException e) {
      throw new CommandFailed(
          ExitCode.FAILURES,
          "Expected to read the files of '%s', but that failed (%s). Nothing was registered."
              .formatted(model.folder(), e));
    }
    return sent;
  }

  private long checked(String path, long size) {
    if (size > fileBytesMax) {
      throw new CommandFailed(
          ExitCode.REFUSED,
          "Expected files of at most %s, which the broker takes, but '%s' has %s. Nothing was sent."
              .formatted(Figures.bytes(fileBytesMax), path, Figures.bytes(size)));
    }
    return size;
  }

  private ModelFile send(String path, Path file) throws IOException {
    long size = Files.size(file);
    String hash = hash(path, file);
    if (!client.hasBlob(hash)) {
      put(path, file, hash, size);
    }
    done += size;
    shown("sent", path, 0);
    return new ModelFile(path, hash, size);
  }

  private String hash(String path, Path file) throws IOException {
    try (InputStream in =
        new CountedInput(Files.newInputStream(file), read -> shown("read", path, read))) {
      return Sha256.of(in);
    }
  }

  private void put(String path, Path file, String hash, long size) {
    BodyPublisher body =
        BodyPublishers.fromPublisher(
            BodyPublishers.ofInputStream(() -> open(path, file)), Math.max(1, size));
    try {
      client.putBlob(hash, size == 0 ? BodyPublishers.noBody() : body);
    } catch (BrokerRefused e) {
      throw e.status() == 422
          ? new CommandFailed(
              ExitCode.FAILURES,
              "Expected '%s' to stay as it is while it is sent, but it changed. Nothing was registered."
                  .formatted(path))
          : e;
    }
  }

  /// From its beginning each time it is sent.
  private InputStream open(String path, Path file) {
    try {
      return new CountedInput(Files.newInputStream(file), read -> shown("sent", path, read));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void shown(String verb, String path, long read) {
    double part = verb.equals("sent") ? read : read / 4.0; // reading is quicker than sending
    progress.show(
        (done + part) / Math.max(1, bytes),
        "%s of %s %s: %s".formatted(Figures.bytes(done + read), Figures.bytes(bytes), verb, path));
  }
}
