package org.mycoswarm.broker.collections;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.ChunkLine;
import org.mycoswarm.schema.wire.EmbedDetail;
import org.mycoswarm.schema.wire.EmbedPayload;

/// Has the chunks of a run embedded that no index knows, each text once. They go out in jobs that
/// grow from wave to wave: nodes begin early, and later tasks hold texts of much the same length.
///
/// A chunk whose task was given up with others is tried once more alone, so that one bad text costs
/// no other. For one thread.
final class EmbedWaves {
  private static final int FIRST_WAVE = 64;
  private static final int WAVE_MAX = 4_096;
  private static final int CHUNKS_PER_TASK = 32;
  private static final int TOKENS_PER_TASK = 6_000;
  private static final int BLOB_BYTES_MAX = 64 << 20;

  /// What a task was asked to embed, in the order of its rows.
  private record Asked(List<ChunkLine> lines, List<String> hashes) {}

  private static final class Wave {
    private final FollowedJob job;
    private final List<Asked> tasks;

    Wave(FollowedJob job, List<Asked> tasks) {
      this.job = job;
      this.tasks = tasks;
    }
  }

  private final Work work;
  private final BlobStore blobs;
  private final Vectors vectors;
  private final RunPause pause;
  private final String run;
  private final String collection;
  private final String model;
  private final LinkedHashMap<String, ChunkLine> pending = new LinkedHashMap<>();
  private final LinkedHashMap<String, ChunkLine> alone = new LinkedHashMap<>();
  private final Set<String> asked = new HashSet<>();
  private final Set<String> triedAlone = new HashSet<>();
  private final Map<String, String> failed = new HashMap<>();
  private final List<Wave> open = new ArrayList<>();
  private int waves;
  private long tokensAsked;
  private long tokensDone;

  EmbedWaves(
      Work work,
      BlobStore blobs,
      Vectors vectors,
      RunPause pause,
      String run,
      String collection,
      String model) {
    this.work = work;
    this.blobs = blobs;
    this.vectors = vectors;
    this.pause = pause;
    this.run = run;
    this.collection = collection;
    this.model = model;
  }

  /// Finds the jobs that this run submitted before the broker stopped.
  ///
  /// @throws IOException when what they embed cannot be read
  void resume() throws IOException, InterruptedException {
    while (work.job(job(waves + 1)).isPresent()) {
      JobId id = job(++waves);
      List<Asked> tasks = new ArrayList<>();
      for (String payload : work.payloads(id)) {
        EmbedPayload embed = Json.LENIENT.readValue(payload, EmbedPayload.class);
        tasks.add(asked(Chunked.lines(blobs, String.valueOf(embed.chunks()))));
      }
      open.add(new Wave(new FollowedJob(work, id, tasks.size()), tasks));
    }
  }

  /// Wants a vector of each of these lines, which are given by their hashes. Those that were asked
  /// for already are not asked for again.
  void want(Map<String, ChunkLine> lines) {
    lines.forEach(
        (hash, line) -> {
          if (!asked.contains(hash)) {
            pending.putIfAbsent(hash, line);
          }
        });
  }

  /// Submits what is wanted when it is enough for a job, or when no more will come for now.
  ///
  /// @return whether anything was submitted
  boolean submit(boolean all) throws IOException, InterruptedException {
    int enough = Math.min(WAVE_MAX, FIRST_WAVE << Math.min(waves, 10));
    boolean submitted = false;
    if (!pending.isEmpty() && (all || pending.size() >= enough)) {
      submit(packed(new ArrayList<>(pending.values())));
      pending.clear();
      submitted = true;
    }
    if (!alone.isEmpty()) {
      submit(alone.values().stream().map(List::of).toList());
      alone.clear();
      submitted = true;
    }
    return submitted;
  }

  /// Takes up what ended since the last time.
  ///
  /// @return whether anything did
  boolean take() throws IOException, InterruptedException {
    boolean any = false;
    for (Wave wave : List.copyOf(open)) {
      for (Work.Ended ended : wave.job.ended()) {
        any = true;
        take(wave.tasks.get(ended.number()), ended);
      }
      if (wave.job.isOver()) {
        open.remove(wave);
      }
    }
    return any;
  }

  private void take(Asked task, Work.Ended ended) throws IOException {
    task.lines().forEach(line -> tokensDone += line.tokens());
    String result = ended.result();
    if (ended.state().equals("succeeded") && result != null) {
      EmbedDetail detail = Json.LENIENT.readValue(result, EmbedDetail.class);
      if (detail.rows() == task.hashes().size()) {
        vectors.found(task.hashes(), detail.vectors());
        return;
      }
    }
    String why =
        ended.state().equals("cancelled")
            ? "the job was cancelled"
            : ended.reason() == null ? "its node answered with other rows" : ended.reason();
    boolean among = ended.state().equals("buried") && task.hashes().size() > 1;
    for (int i = 0; i < task.hashes().size(); i++) {
      String hash = task.hashes().get(i);
      if (!among) {
        failed.put(hash, why);
      } else if (!triedAlone.contains(hash)) {
        alone.put(hash, task.lines().get(i));
      }
    }
  }

  /// Why there will be no vector of this chunk, or null.
  @Nullable String failure(String hash) {
    return vectors.has(hash) ? null : failed.get(hash);
  }

  /// Whether nothing is wanted or under way.
  boolean isIdle() {
    return pending.isEmpty() && alone.isEmpty() && open.isEmpty();
  }

  /// Chunks that had to be embedded, as far as is known.
  int wanted() {
    return asked.size() + pending.size();
  }

  long tokensDone() {
    return tokensDone;
  }

  /// Tokens of all that had to be embedded, as far as is known.
  long tokensWanted() {
    return tokensAsked + pending.values().stream().mapToLong(ChunkLine::tokens).sum();
  }

  /// Every job of the run.
  List<JobId> jobs() {
    List<JobId> jobs = new ArrayList<>();
    for (int wave = 1; wave <= waves; wave++) {
      jobs.add(job(wave));
    }
    return jobs;
  }

  private void submit(List<List<ChunkLine>> lines) throws IOException, InterruptedException {
    List<Work.Task> tasks = new ArrayList<>();
    List<Asked> all = new ArrayList<>();
    for (List<ChunkLine> some : lines) {
      BlobHash blob = blobs.put(new ByteArrayInputStream(bytes(some)), BLOB_BYTES_MAX).hash();
      long tokens = some.stream().mapToLong(ChunkLine::tokens).sum();
      EmbedPayload payload = EmbedPayload.ofLines(model, blob.hex(), 0, some.size());
      tasks.add(
          new Work.Task("embed", model, collection, payload, List.of(blob), Math.max(1, tokens)));
      all.add(asked(some));
    }
    JobId id = job(waves + 1);
    String name = "index %s, embed %d".formatted(collection, waves + 1);
    Map<String, String> detail = Map.of("run", run, "collection", collection);
    pause.until(() -> work.submit(id, name, IndexRun.JOB_KIND, detail, tasks));
    waves++;
    open.add(new Wave(new FollowedJob(work, id, tasks.size()), all));
  }

  private Asked asked(List<ChunkLine> lines) {
    List<String> hashes = lines.stream().map(Chunked::hash).toList();
    for (int i = 0; i < hashes.size(); i++) {
      if (asked.add(hashes.get(i))) {
        tokensAsked += lines.get(i).tokens();
      }
    }
    if (hashes.size() == 1) {
      triedAlone.addAll(hashes);
    }
    return new Asked(lines, hashes);
  }

  private JobId job(int wave) {
    return new JobId(run + "-e" + wave);
  }

  /// Texts of much the same length together: a batch costs as much as its longest text.
  private static List<List<ChunkLine>> packed(List<ChunkLine> lines) {
    lines.sort(Comparator.comparingInt(ChunkLine::tokens));
    List<List<ChunkLine>> tasks = new ArrayList<>();
    List<ChunkLine> task = new ArrayList<>();
    int tokens = 0;
    for (ChunkLine line : lines) {
      if (task.size() == CHUNKS_PER_TASK
          || (!task.isEmpty() && tokens + line.tokens() > TOKENS_PER_TASK)) {
        tasks.add(task);
        task = new ArrayList<>();
        tokens = 0;
      }
      task.add(line);
      tokens += line.tokens();
    }
    if (!task.isEmpty()) {
      tasks.add(task);
    }
    return tasks;
  }

  private static byte[] bytes(List<ChunkLine> lines) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (ChunkLine line : lines) {
      try {
        bytes.writeBytes(Json.LENIENT.writeValueAsString(line).getBytes(UTF_8));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("Every chunk line can be written", e);
      }
      bytes.write('\n');
    }
    return bytes.toByteArray();
  }
}
