package org.mycoswarm.search;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.jerolba.carpet.CarpetWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Writes a generation out, for other programs: one row for each chunk, in the order of paths and
/// then of chunks, as of one commit. A document without chunks has no row. Streams: one document at
/// a time is in memory, and of Parquet one group of rows of 16 MiB.
public final class Export {
  private static final JsonFactory JSON = new JsonFactory();
  private static final long ROW_GROUP_BYTES = 16L << 20;

  private Export() {}

  /// One JSON object a line, in UTF-8; see [ExportedChunk]. Closes nothing.
  ///
  /// @return how many rows
  public static long jsonLines(VectorIndex index, OutputStream out) throws IOException {
    return lines(index, out, true, null);
  }

  /// The same lines without the vectors.
  ///
  /// @return how many rows
  public static long rows(VectorIndex index, OutputStream out) throws IOException {
    return lines(index, out, false, null);
  }

  /// A NumPy matrix of float32, one row a chunk, and beside it the same rows as JSON lines without
  /// their vectors.
  ///
  /// @return how many rows
  public static long numpy(VectorIndex index, int dimension, Path matrix, OutputStream rows)
      throws IOException {
    try (NumpyMatrix vectors = NumpyMatrix.create(matrix, dimension)) {
      return lines(index, rows, false, vectors);
    }
  }

  /// Parquet; see [ExportedChunk] for the columns. Closes `out`, as the footer comes last.
  ///
  /// @return how many rows
  public static long parquet(VectorIndex index, OutputStream out) throws IOException {
    try (CarpetWriter<ExportedChunk> writer =
        new CarpetWriter.Builder<>(out, ExportedChunk.class)
            .withRowGroupSize(ROW_GROUP_BYTES)
            .build()) {
      return each(index, (document, chunk) -> writer.write(ExportedChunk.of(document, chunk)));
    }
  }

  private interface Row {
    void write(IndexedDocument document, IndexedChunk chunk) throws IOException;
  }

  private static long each(VectorIndex index, Row row) throws IOException {
    long[] rows = {0};
    try {
      index.contents(
          document -> {
            for (IndexedChunk chunk : document.chunks()) {
              try {
                row.write(document, chunk);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
              rows[0]++;
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return rows[0];
  }

  private static long lines(
      VectorIndex index, OutputStream out, boolean withVector, @Nullable NumpyMatrix matrix)
      throws IOException {
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.setRootValueSeparator(null);
      return each(
          index,
          (document, chunk) -> {
            write(document, chunk, json, withVector);
            if (matrix != null) {
              matrix.add(chunk.vector());
            }
          });
    }
  }

  private static void write(
      IndexedDocument document, IndexedChunk chunk, JsonGenerator json, boolean withVector)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("path", document.path());
    json.writeStringField("contentHash", document.contentHash());
    json.writeStringField("mediaType", document.mediaType());
    json.writeStringField("title", document.title());
    json.writeNumberField("bytes", document.bytes());
    json.writeStringField("modified", document.modified().toString());
    json.writeNumberField("ordinal", chunk.ordinal());
    json.writeNumberField("start", chunk.start());
    json.writeNumberField("end", chunk.end());
    if (chunk.page() == null) {
      json.writeNullField("page");
    } else {
      json.writeNumberField("page", chunk.page());
    }
    json.writeStringField("heading", chunk.heading());
    json.writeStringField("text", chunk.text());
    json.writeStringField("hash", chunk.hash());
    if (withVector) {
      json.writeArrayFieldStart("vector");
      for (float number : chunk.vector()) {
        json.writeNumber(number);
      }
      json.writeEndArray();
    }
    json.writeEndObject();
    json.writeRaw('\n');
  }
}
