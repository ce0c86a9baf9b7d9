package org.mycoswarm.broker.collections;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.projection.TablesUnavailable;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.ChunkDetail;
import org.mycoswarm.schema.wire.ChunkLine;
import org.mycoswarm.schema.wire.ChunkPayload;
import org.mycoswarm.schema.wire.DocumentText;
import org.mycoswarm.schema.wire.EmbedDetail;
import org.mycoswarm.schema.wire.EmbedPayload;
import org.mycoswarm.schema.wire.JobView;

/// A queue with a node in one: cuts texts at empty lines, and makes a vector of the digest of each.
/// It does all that is asked at once, unless it is told to rest. What begins with BROKEN cannot be
/// read, and a text with "poison" in it spoils the task that embeds it. Any thread.
final class StandInWork implements Work {
  static final int DIMENSION = 8;

  private final BlobStore blobs;
  private final Map<JobId, List<Task>> jobs = new LinkedHashMap<>();
  private final Map<JobId, List<Ended>> ended = new LinkedHashMap<>();
  final List<ChunkPayload> chunked = new ArrayList<>();
  final List<String> embedded = new ArrayList<>();
  private @Nullable String chunker;
  private boolean resting;
  private int away;
  private int calls;
  private int stopAt;
  private long position;

  StandInWork(BlobStore blobs) {
    this.blobs = blobs;
  }

  /// Tasks are left undone, or all that was left is done.
  synchronized void rest(boolean resting) {
    this.resting = resting;
    if (!resting) {
      jobs.keySet().forEach(this::work);
    }
  }

  /// The next questions find no tables.
  synchronized void tablesAway(int questions) {
    away = questions;
  }

  synchronized int away() {
    return away;
  }

  /// The node cuts with this chunker, whatever it is asked for.
  synchronized void cutWith(String version) {
    chunker = version;
  }

  /// The broker stops at the end of this call, counted from now; 0 for never.
  synchronized void stopAt(int call) {
    calls = 0;
    stopAt = call;
  }

  synchronized int calls() {
    return calls;
  }

  private void count() throws InterruptedException {
    if (++calls == stopAt) {
      throw new InterruptedException("the broker stops");
    }
  }

  private void ask() throws InterruptedException {
    if (away > 0) {
      away--;
      throw new TablesUnavailable("their file is being opened again");
    }
    count();
  }

  @Override
  public synchronized boolean submit(
      JobId job, String name, String kind, Object detail, List<Task> tasks)
      throws InterruptedException {
    if (jobs.putIfAbsent(job, List.copyOf(tasks)) == null && !resting) {
      work(job);
    }
    count();
    return true;
  }

  @Override
  public synchronized Optional<JobView> job(JobId job) throws InterruptedException {
    ask();
    List<Task> tasks = jobs.get(job);
    return tasks == null ? Optional.empty() : Optional.of(view(job, tasks.size()));
  }

  private JobView view(JobId job, int tasks) {
    int over = ended.getOrDefault(job, List.of()).size();
    return new JobView(
        job.value(),
        "",
        IndexRun.JOB_KIND,
        over == tasks ? "succeeded" : "running",
        "index",
        4,
        false,
        null,
        null,
        Instant.EPOCH,
        null,
        position,
        new JobView.TaskCounts(tasks, tasks - over, 0, 0, 0, over, 0, 0),
        Map.of(),
        List.of());
  }

  @Override
  public synchronized List<Ended> ended(JobId job, long after) throws InterruptedException {
    ask();
    return ended.getOrDefault(job, List.of()).stream()
        .filter(task -> task.position() > after)
        .toList();
  }

  @Override
  public synchronized List<String> payloads(JobId job) throws InterruptedException {
    ask();
    return jobs.getOrDefault(job, List.of()).stream()
        .map(task -> Json.LENIENT.valueToTree(task.payload()).toString())
        .toList();
  }

  @Override
  public synchronized void cancel(JobId job) throws InterruptedException {
    List<Ended> over = ended.computeIfAbsent(job, _ -> new ArrayList<>());
    for (int number = over.size(); number < jobs.getOrDefault(job, List.of()).size(); number++) {
      over.add(new Ended(number, "cancelled", null, null, ++position));
    }
    count();
  }

  private void work(JobId job) {
    List<Ended> over = ended.computeIfAbsent(job, _ -> new ArrayList<>());
    List<Task> tasks = jobs.getOrDefault(job, List.of());
    for (int number = over.size(); number < tasks.size(); number++) {
      try {
        over.add(worked(number, tasks.get(number).payload()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private Ended worked(int number, Object payload) throws IOException {
    Object detail =
        payload instanceof ChunkPayload chunk ? cut(chunk) : embed((EmbedPayload) payload);
    return detail == null
        ? new Ended(number, "buried", "it spoils every node", null, ++position)
        : new Ended(number, "succeeded", null, Json.LENIENT.writeValueAsString(detail), ++position);
  }

  private ChunkDetail cut(ChunkPayload task) throws IOException {
    chunked.add(task);
    String text =
        task.text() == null
            ? new String(bytes(task.blob()), UTF_8)
            : Json.LENIENT.readValue(bytes(task.text()), DocumentText.class).text();
    if (text.startsWith("BROKEN")) {
      return detail("broken", 0, null, null, null, "it is torn");
    }
    StringBuilder lines = new StringBuilder();
    int chunks = 0;
    int start = 0;
    for (String part : text.split("\n\n", -1)) {
      ChunkLine line =
          new ChunkLine(
              chunks++, start, start + part.length(), part.length(), part, null, null, null);
      lines.append(Json.LENIENT.writeValueAsString(line)).append('\n');
      start += part.length() + 2;
    }
    DocumentText whole = new DocumentText("stand-in", "text/plain", null, null, text, null);
    String version = chunker == null ? task.chunker() : chunker;
    return detail(
        "chunked",
        chunks,
        put(lines.toString().getBytes(UTF_8)),
        "%s/%d/%d".formatted(version, task.chunkTokens(), task.overlapTokens()),
        put(Json.LENIENT.writeValueAsBytes(whole)),
        null);
  }

  private static ChunkDetail detail(
      String status,
      int chunks,
      @Nullable String blob,
      @Nullable String chunker,
      @Nullable String text,
      @Nullable String reason) {
    return new ChunkDetail(
        status, chunks, blob, "text/plain", null, reason, chunker, text, null, null, null, null);
  }

  private @Nullable EmbedDetail embed(EmbedPayload task) throws IOException {
    List<ChunkLine> lines = Chunked.lines(blobs, String.valueOf(task.chunks()));
    if (lines.stream().anyMatch(line -> line.text().contains("poison"))) {
      return null;
    }
    lines.forEach(line -> embedded.add(line.embedded()));
    return new EmbedDetail(put(npy(lines)), lines.size(), DIMENSION, "stand-in");
  }

  /// The first bytes of a text's digest as a vector.
  private static byte[] npy(List<ChunkLine> lines) {
    String header =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }"
            .formatted(lines.size(), DIMENSION);
    header += " ".repeat(117 - header.length()) + "\n";
    ByteBuffer rows =
        ByteBuffer.allocate(lines.size() * DIMENSION * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (ChunkLine line : lines) {
      byte[] digest = Chunked.hash(line).getBytes(ISO_8859_1);
      for (int i = 0; i < DIMENSION; i++) {
        rows.putFloat(digest[i] - 70);
      }
    }
    ByteArrayOutputStream npy = new ByteArrayOutputStream();
    npy.writeBytes(
        new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0});
    npy.writeBytes(header.getBytes(ISO_8859_1));
    npy.writeBytes(rows.array());
    return npy.toByteArray();
  }

  private byte[] bytes(String blob) throws IOException {
    try (var in = blobs.open(new BlobHash(blob)).orElseThrow()) {
      return in.readAllBytes();
    }
  }

  private String put(byte[] bytes) throws IOException {
    return blobs.put(new ByteArrayInputStream(bytes), Integer.MAX_VALUE).hash().hex();
  }
}
