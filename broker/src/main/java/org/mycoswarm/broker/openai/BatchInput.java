package org.mycoswarm.broker.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.openai.BatchLine.Unusable;

/// Reads the requests of a batch one after the other; empty lines are passed over. For one thread.
final class BatchInput implements AutoCloseable {
  private static final int LINE_BYTES_MAX = 8 << 20;

  private final InputStream in;
  private final String endpoint;
  private final BatchLine.Models models;
  private int number;

  BatchInput(InputStream in, String endpoint, BatchLine.Models models) {
    this.in = new BufferedInputStream(in, 1 << 16);
    this.endpoint = endpoint;
    this.models = models;
  }

  /// @return null after the last
  @Nullable BatchLine next() throws IOException, Unusable {
    for (String line = line(); line != null; line = line()) {
      number++;
      if (!line.isBlank()) {
        return BatchLine.of(line, number, endpoint, models);
      }
    }
    return null;
  }

  private @Nullable String line() throws IOException, Unusable {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next = in.read();
    if (next < 0) {
      return null;
    }
    for (; next >= 0 && next != '\n'; next = in.read()) {
      if (line.size() == LINE_BYTES_MAX) {
        throw new Unusable(
            "line_too_long",
            number + 1,
            null,
            "Expected a line of at most 8 MiB, but it is longer");
      }
      line.write(next);
    }
    return line.toString(UTF_8);
  }

  /// Reads to the end first, because only there a blob's hash is checked.
  @Override
  public void close() throws IOException {
    try (in) {
      in.transferTo(OutputStream.nullOutputStream());
    }
  }
}
