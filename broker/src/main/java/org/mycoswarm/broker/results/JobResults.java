package org.mycoswarm.broker.results;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.DatabindException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.projection.ResultTables;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.ChunkLine;
import org.mycoswarm.schema.wire.EmbedDetail;
import org.mycoswarm.schema.wire.ResultLine;

/// Writes the vectors of a job while they are being sent. What is complete is written: a task that
/// has not succeeded is left out whole, so a job that runs or has failures gives a part. The same
/// job always gives the same bytes. Thread-safe.
public final class JobResults {
  public enum Format {
    /// A [ResultLine] of JSON a line.
    JSONL,
    /// One NumPy matrix with a row for each chunk.
    NPY,
    /// The lines of `JSONL` without vectors, in the order of the matrix's rows.
    INDEX
  }

  private final ResultTables tables;
  private final BlobStore blobs;

  public JobResults(ResultTables tables, BlobStore blobs) {
    this.tables = tables;
    this.blobs = blobs;
  }

  /// Writes what the job has made when this is called; nothing for a job that is not known.
  ///
  /// @param asOf only what was made up to this entry; null for all. What was made never changes, so
  ///     that the tables of now know it
  /// @param out is flushed and not closed
  /// @throws IOException when a blob is missing or not what its task said; what was written before
  ///     is not the whole result then
  public void write(JobId job, Format format, @Nullable LogPosition asOf, OutputStream out)
      throws IOException {
    BufferedOutputStream buffered = new BufferedOutputStream(out, 1 << 16);
    LogPosition until = asOf == null ? tables.now() : asOf;
    EmbeddedParts parts = new EmbeddedParts(tables, job, until);
    switch (format) {
      case JSONL -> writeLines(parts, ResultSink.jsonl(buffered));
      case INDEX -> writeLines(parts, ResultSink.index(buffered));
      case NPY -> writeMatrix(job, until, parts, buffered);
    }
    buffered.flush();
  }

  private void writeLines(EmbeddedParts parts, ResultSink sink) throws IOException {
    for (List<EmbeddedPart> document = parts.nextDocument();
        !document.isEmpty();
        document = parts.nextDocument()) {
      writeDocument(document, sink);
    }
  }

  private void writeDocument(List<EmbeddedPart> document, ResultSink sink) throws IOException {
    ChunkLines lines = null;
    try {
      for (EmbeddedPart part : document) {
        try (NpyReader vectors = vectors(part.detail())) {
          String chunks = part.payload().chunks();
          if (chunks == null) {
            writeTexts(part, vectors, sink);
          } else {
            lines = linesFor(lines, chunks, part.from());
            writeChunks(part, chunks, lines, vectors, sink);
          }
        }
      }
    } finally {
      if (lines != null) {
        lines.close();
      }
    }
  }

  private static void writeChunks(
      EmbeddedPart part, String chunks, ChunkLines lines, NpyReader vectors, ResultSink sink)
      throws IOException {
    String document = part.document() == null ? part.label() : part.document().path();
    String sha256 = part.document() == null ? chunks : part.document().blob();
    for (int i = 0; i < vectors.rows(); i++) {
      ChunkLine chunk = lines.line(part.from() + i);
      sink.line(
          new ResultLine(
              document,
              sha256,
              chunk.ordinal(),
              chunk.start(),
              chunk.end(),
              chunk.text(),
              chunk.page(),
              chunk.heading(),
              part.payload().model(),
              vectors.row()));
    }
  }

  /// Texts of a task are documents of their own: each is named by the task and by its own hash.
  private static void writeTexts(EmbeddedPart part, NpyReader vectors, ResultSink sink)
      throws IOException {
    List<String> texts = part.texts();
    if (texts.size() != vectors.rows()) {
      throw new IOException(
          "Expected %d vectors from task %d, but there are %d"
              .formatted(texts.size(), part.number(), vectors.rows()));
    }
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i);
      sink.line(
          new ResultLine(
              part.label(),
              sha256(text),
              i,
              0,
              text.codePointCount(0, text.length()),
              text,
              null,
              null,
              part.payload().model(),
              vectors.row()));
    }
  }

  private void writeMatrix(JobId job, LogPosition asOf, EmbeddedParts parts, OutputStream out)
      throws IOException {
    long rows = 0;
    int dimension = 0;
    for (String result : tables.results(job, asOf)) {
      EmbedDetail detail = detail(result);
      if (detail.rows() > 0) {
        rows += detail.rows();
        dimension = dimension == 0 ? detail.dimension() : same(dimension, detail);
      }
    }
    NpyWriter.header(out, rows, dimension);
    for (List<EmbeddedPart> document = parts.nextDocument();
        !document.isEmpty();
        document = parts.nextDocument()) {
      for (EmbeddedPart part : document) {
        try (NpyReader vectors = vectors(part.detail())) {
          for (int i = 0; i < vectors.rows(); i++) {
            out.write(vectors.rowBytes());
          }
        }
      }
    }
  }

  private static int same(int dimension, EmbedDetail detail) throws IOException {
    if (detail.dimension() != dimension) {
      throw new IOException(
          "Expected vectors of one dimension, but the job has some of %d and some of %d; ask for jsonl"
              .formatted(dimension, detail.dimension()));
    }
    return dimension;
  }

  private NpyReader vectors(EmbedDetail detail) throws IOException {
    NpyReader vectors = new NpyReader(open(detail.vectors()), detail.vectors());
    if (vectors.rows() != detail.rows() || vectors.dimension() != detail.dimension()) {
      int rows = vectors.rows();
      int dimension = vectors.dimension();
      vectors.close();
      throw new IOException(
          "Expected %d x %d numbers in vectors blob '%s', as its task said, but it has %d x %d"
              .formatted(detail.rows(), detail.dimension(), detail.vectors(), rows, dimension));
    }
    return vectors;
  }

  /// The parts of a document follow each other in one blob: usually the open one goes on.
  private ChunkLines linesFor(@Nullable ChunkLines lines, String blob, int from)
      throws IOException {
    if (lines != null && lines.canRead(blob, from)) {
      return lines;
    }
    if (lines != null) {
      lines.close();
    }
    return new ChunkLines(open(blob), blob);
  }

  private InputStream open(String sha256) throws IOException {
    return new BufferedInputStream(BlobFiles.open(blobs, sha256), 1 << 16);
  }

  private static EmbedDetail detail(String result) throws IOException {
    try {
      return Json.LENIENT.readValue(result, EmbedDetail.class);
    } catch (DatabindException e) {
      throw new IOException(
          "Expected the result of an embed task, but " + e.getOriginalMessage(), e);
    }
  }

  private static String sha256(String text) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
