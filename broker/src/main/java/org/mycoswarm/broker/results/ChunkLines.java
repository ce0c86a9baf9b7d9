package org.mycoswarm.broker.results;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Writer;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.ChunkLine;

/// Reads the chunks of one document in their order. Closing it reads to the end first, because only
/// there the blob's hash is checked.
final class ChunkLines implements AutoCloseable {
  private final BufferedReader lines;
  private final String blob;
  private int next;

  ChunkLines(InputStream in, String blob) {
    this.lines = new BufferedReader(new InputStreamReader(in, UTF_8));
    this.blob = blob;
  }

  /// Whether the line is still ahead.
  boolean canRead(String from, int line) {
    return blob.equals(from) && line >= next;
  }

  /// @param number of the line, counted from 0; not before the last one read
  ChunkLine line(int number) throws IOException {
    String line = lines.readLine();
    for (next++; line != null && next <= number; next++) {
      line = lines.readLine();
    }
    if (line == null) {
      throw new IOException(
          "Expected chunk %d in chunks blob '%s', but it ends before".formatted(number, blob));
    }
    try {
      return Json.LENIENT.readValue(line, ChunkLine.class);
    } catch (JsonProcessingException e) {
      throw new IOException(
          "Expected chunk %d of chunks blob '%s' as JSON, but %s"
              .formatted(number, blob, e.getOriginalMessage()),
          e);
    }
  }

  @Override
  public void close() throws IOException {
    try (lines) {
      lines.transferTo(Writer.nullWriter());
    }
  }
}
