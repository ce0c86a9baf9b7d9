package org.mycoswarm.node.work;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.inference.Chunk;
import org.mycoswarm.inference.Chunker;
import org.mycoswarm.inference.Document;
import org.mycoswarm.inference.Model;
import org.mycoswarm.inference.Tokenizer;
import org.mycoswarm.inference.Unreadable;
import org.mycoswarm.node.ModelShelf;
import org.mycoswarm.node.ReaderSettings;
import org.mycoswarm.node.client.BrokerProblem;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.ChunkDetail;
import org.mycoswarm.schema.wire.ChunkLine;
import org.mycoswarm.schema.wire.ChunkPayload;
import org.mycoswarm.schema.wire.EmbedPayload;
import org.mycoswarm.schema.wire.LeaseGrant;
import org.mycoswarm.schema.wire.TaskSubmission;

/// Reads one document and cuts it. A document without text completes too, with the reason: it is an
/// answer, and no other node would find another.
public final class ChunkExecutor implements TaskExecutor {
  public static final String KIND = "chunk";

  /// Chunks in one `embed` task: some seconds of work, so that a lost node costs little.
  static final int CHUNKS_PER_TASK = 32;

  /// What a broker takes as a label.
  private static final int LABEL_CHARS_MAX = 1_024;

  private final Blobs blobs;
  private final DocumentDesk documents;
  private final ModelShelf shelf;
  private final Map<String, Tokenizer> tokenizers = new HashMap<>();

  public ChunkExecutor(Blobs blobs, ModelShelf shelf, ReaderSettings reader) {
    this.blobs = blobs;
    this.documents = new DocumentDesk(blobs, reader);
    this.shelf = shelf;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public TaskResult execute(LeaseGrant task, Wanted wanted)
      throws TaskFailed, Unwanted, BrokerProblem, InterruptedException {
    long start = System.nanoTime();
    ChunkPayload payload = Payloads.read(task, ChunkPayload.class);
    String path = Payloads.required(task, "path", payload.path());
    String blob = Payloads.required(task, "blob", payload.blob());
    String digest = Payloads.required(task, "model", payload.model());
    requireChunker(payload.chunker());
    Chunker chunker = chunker(payload, Payloads.model(shelf, digest));
    return switch (documents.read(path, blob, payload.text(), wanted)) {
      case ReadDocument.Nothing(Unreadable why, long bytes) -> unreadable(why, bytes, start);
      case ReadDocument.Found found -> {
        wanted.check();
        List<Chunk> chunks = chunker.chunk(found.document());
        wanted.check();
        yield chunked(payload, found, chunks, start);
      }
    };
  }

  /// A collection in which some documents are cut otherwise than others would be neither the old
  /// one nor the new one.
  static void requireChunker(@Nullable String wanted) throws TaskFailed {
    if (wanted != null && !wanted.equals(Chunker.VERSION)) {
      throw TaskFailed.retryable(
          "Expected to cut with chunker %s, but this node has %s; another node may have it. Update the older of node and broker"
              .formatted(wanted, Chunker.VERSION));
    }
  }

  private Chunker chunker(ChunkPayload payload, Model model) throws TaskFailed {
    if (payload.chunkTokens() > model.tokensMax()) {
      throw TaskFailed.forGood(
          "Expected chunks of at most %d tokens, as the model '%s' takes, but %d were asked for"
              .formatted(model.tokensMax(), model.name(), payload.chunkTokens()));
    }
    Tokenizer tokenizer =
        tokenizers.computeIfAbsent(model.digest(), _ -> Tokenizer.load(model.tokenizer()));
    try {
      return new Chunker(
          tokenizer, model.passagePrefix(), payload.chunkTokens(), payload.overlapTokens());
    } catch (IllegalArgumentException e) {
      throw TaskFailed.forGood(String.valueOf(e.getMessage()));
    }
  }

  private static TaskResult unreadable(Unreadable why, long bytes, long start) {
    ChunkDetail detail =
        new ChunkDetail(
            why.status(),
            0,
            null,
            null,
            null,
            why.reason(),
            null,
            null,
            null,
            why.stage(),
            why.error(),
            why.retryable());
    return new TaskResult(detail, List.of(), counts(0, 0, bytes, start), List.of());
  }

  private TaskResult chunked(
      ChunkPayload payload, ReadDocument.Found found, List<Chunk> chunks, long start)
      throws BrokerProblem, InterruptedException {
    String lines = blobs.put(lines(chunks));
    boolean embed = !Boolean.FALSE.equals(payload.embed());
    String text = embed ? null : documents.keep(found, payload.text());
    Document document = found.document();
    ChunkDetail detail =
        new ChunkDetail(
            "chunked",
            chunks.size(),
            lines,
            document.mediaType(),
            document.note(),
            null,
            chunkerName(payload),
            text,
            document.title(),
            null,
            null,
            null);
    return new TaskResult(
        detail,
        text == null ? List.of(lines) : List.of(lines, text),
        counts(1, chunks.size(), found.bytes(), start),
        embed ? embedTasks(payload, lines, chunks) : List.of());
  }

  private static Map<String, Long> counts(long files, long chunks, long bytes, long start) {
    long millis = (System.nanoTime() - start) / 1_000_000;
    return Map.of("files", files, "chunks", chunks, "bytes", bytes, "millis", millis);
  }

  /// What decides how a document is cut, besides the model.
  private static String chunkerName(ChunkPayload payload) {
    return "%s/%d/%d".formatted(Chunker.VERSION, payload.chunkTokens(), payload.overlapTokens());
  }

  static byte[] lines(List<Chunk> chunks) {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (Chunk c : chunks) {
      ChunkLine line =
          new ChunkLine(
              c.ordinal(),
              c.start(),
              c.end(),
              c.tokens(),
              c.text(),
              c.page(),
              c.heading(),
              c.context());
      lines.writeBytes(json(line));
      lines.write('\n');
    }
    return lines.toByteArray();
  }

  private static byte[] json(ChunkLine line) {
    try {
      return Json.LENIENT.writeValueAsBytes(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Every chunk line can be written", e);
    }
  }

  private static List<TaskSubmission> embedTasks(
      ChunkPayload payload, String lines, List<Chunk> chunks) {
    List<TaskSubmission> tasks = new ArrayList<>();
    for (int from = 0; from < chunks.size(); from += CHUNKS_PER_TASK) {
      int to = Math.min(from + CHUNKS_PER_TASK, chunks.size());
      EmbedPayload embed = EmbedPayload.ofLines(payload.model(), lines, from, to);
      tasks.add(submission(payload, embed, lines, characters(chunks.subList(from, to))));
    }
    return tasks;
  }

  /// What an `embed` task costs: the work grows with the text.
  private static long characters(List<Chunk> chunks) {
    return Math.max(1, chunks.stream().mapToLong(chunk -> chunk.text().length()).sum());
  }

  private static TaskSubmission submission(
      ChunkPayload payload, EmbedPayload embed, String lines, long cost) {
    return new TaskSubmission(
        EmbedExecutor.KIND,
        payload.model(),
        label(payload.path()),
        Json.LENIENT.valueToTree(embed),
        List.of(lines),
        null,
        null,
        null,
        null,
        null,
        null,
        cost,
        null,
        null,
        null,
        null);
  }

  /// The end of a long path says more than its beginning.
  private static String label(String path) {
    return path.length() <= LABEL_CHARS_MAX
        ? path
        : "…" + path.substring(path.length() - LABEL_CHARS_MAX + 1);
  }

  @Override
  public void close() {
    tokenizers.values().forEach(Tokenizer::close);
    tokenizers.clear();
    documents.close();
  }
}
