package org.mycoswarm.broker.collections;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.collections.RunPlan.Change;
import org.mycoswarm.broker.collections.RunPlan.Content;
import org.mycoswarm.broker.collections.RunPlan.Planned;
import org.mycoswarm.broker.collections.Work.Ended;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.ChunkDetail;
import org.mycoswarm.schema.wire.ChunkLine;
import org.mycoswarm.schema.wire.ChunkPayload;
import org.mycoswarm.schema.wire.DocumentText;
import org.mycoswarm.schema.wire.RunReport.Failure;
import org.mycoswarm.schema.wire.RunView.Progress;
import org.mycoswarm.search.IndexedChunk;
import org.mycoswarm.search.IndexedDocument;
import org.mycoswarm.search.VectorIndex;

/// Carries out a plan: has new contents read and cut by the nodes, the chunks that no index knows
/// embedded, and puts each document into the index when all its chunks have vectors.
///
/// It keeps nothing that it could not find again: after a crash the same plan, the jobs of the run,
/// whose ids follow from its own, and the index as it was committed last tell where to go on. Doing
/// a step twice changes nothing. For one thread, except [#progress].
final class IndexRun {
  /// Of the jobs of every run.
  static final String JOB_KIND = "index";

  private static final int CONTENTS_PER_JOB = 5_000;
  private static final Duration ROUND = Duration.ofMillis(100);
  private static final Duration COMMIT_EVERY = Duration.ofSeconds(5);
  private static final int PUTS_PER_COMMIT = 1_000;

  /// @param known vectors of chunks that some index of the same model has
  record Parts(
      Work work,
      BlobStore blobs,
      VectorIndex index,
      Function<Collection<String>, Map<String, float[]>> known,
      Generation generation,
      String collection,
      String run) {}

  /// What came of it.
  ///
  /// @param failures by path
  /// @param notes by content: how it was read, when that was not plain
  /// @param jobs of the run, whose nodes did the work
  record Outcome(
      boolean cancelled,
      Map<String, Failure> failures,
      Map<String, String> notes,
      int chunksEmbedded,
      int indexWrites,
      List<JobId> jobs) {}

  /// @param first number in the plan of what its first task reads
  private record Reading(FollowedJob job, int first) {
    boolean isOver() {
      return job.isOver();
    }
  }

  private final Parts parts;
  private final RunPlan plan;
  private final RunPause pause;
  private final Vectors vectors;
  private final EmbedWaves waves;
  private final Map<String, List<Planned>> filesOf = new LinkedHashMap<>();
  private final Map<String, Failure> failures = new TreeMap<>();
  private final Map<String, String> notes = new HashMap<>();
  private final Set<String> removed = new HashSet<>();
  private final List<JobId> chunkJobs = new ArrayList<>();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final Instant begun = Instant.now();
  private Instant committed = begun;
  private int uncommitted;
  private int writes;
  private int chunks;
  private int read;
  private long bytesRead;
  private long bytesToRead;
  private long tokensBefore;
  private volatile Progress progress = new Progress("work", 0, 0, 0, 0, 0, null);

  IndexRun(Parts parts, RunPlan plan, RunPause pause) {
    this.parts = parts;
    this.plan = plan;
    this.pause = pause;
    this.vectors = new Vectors(parts.blobs(), parts.generation().dimension());
    this.waves =
        new EmbedWaves(
            parts.work(),
            parts.blobs(),
            vectors,
            pause,
            parts.run(),
            parts.collection(),
            parts.generation().model());
    for (Planned file : plan.files()) {
      if (file.change() != Change.UNCHANGED && file.known() == null) {
        filesOf.computeIfAbsent(file.file().sha256(), _ -> new ArrayList<>()).add(file);
      }
    }
  }

  /// How far it is. Any thread.
  Progress progress() {
    return progress;
  }

  /// @throws InterruptedException when the broker stops: the run goes on after its next start
  /// @throws IOException when the disk or the index refuses; the run has failed
  Outcome carryOut() throws IOException, InterruptedException {
    markKnownFailures();
    putKnownContents();
    List<Reading> reading = submitContents();
    waves.resume();
    waves.take();
    tokensBefore = waves.tokensDone();
    boolean over = false;
    while (!over && !pause.isCancelled()) {
      boolean news = takeRead(reading);
      reading.removeIf(Reading::isOver);
      news |= waves.take();
      putComplete();
      news |= waves.submit(reading.isEmpty());
      commitWhenDue();
      show();
      over = reading.isEmpty() && waves.isIdle() && waiting.isEmpty();
      if (!news && !over) {
        pause.await(ROUND);
      }
    }
    return pause.isCancelled() ? cancelled() : finished();
  }

  private Outcome finished() throws IOException {
    show("commit", null);
    for (String path : plan.removed()) {
      remove(path);
    }
    commit();
    return outcome(false);
  }

  private Outcome cancelled() throws IOException, InterruptedException {
    for (JobId job : allJobs()) {
      parts.work().cancel(job);
    }
    commit();
    return outcome(true);
  }

  private Outcome outcome(boolean cancelled) {
    return new Outcome(cancelled, failures, notes, vectors.size(), writes, allJobs());
  }

  private List<JobId> allJobs() {
    List<JobId> jobs = new ArrayList<>(chunkJobs);
    jobs.addAll(waves.jobs());
    return jobs;
  }

  /// What no later run can read keeps its mark, and the older form that it may have.
  private void markKnownFailures() {
    for (Planned file : plan.files()) {
      if (file.known() != null) {
        fail(file, file.known());
      }
    }
  }

  /// Moves, copies, and files of which only the time is new: their chunks are in the index.
  private void putKnownContents() {
    Set<String> toRead = new HashSet<>();
    plan.contents().forEach(content -> toRead.add(content.sha256()));
    filesOf.forEach(
        (sha256, files) -> {
          if (!toRead.contains(sha256)) {
            Optional<IndexedDocument> known = parts.index().documentOf(sha256);
            for (Planned file : files) {
              if (known.isPresent()) {
                put(file, known.get());
                if (file.change() == Change.MOVED) {
                  remove(String.valueOf(file.from())); // or it would be found at both places
                }
              } else {
                fail(
                    file,
                    new Failure(
                        "folder",
                        "changed-meanwhile",
                        "Expected its content in the index, but it is not there any more; the next run reads the file",
                        true,
                        false));
              }
            }
          }
        });
  }

  private void remove(String path) {
    if (removed.add(path) && parts.index().document(path).isPresent()) {
      parts.index().remove(path);
      wrote();
    }
  }

  private List<Reading> submitContents() throws InterruptedException {
    List<Reading> jobs = new ArrayList<>();
    List<Content> contents = plan.contents();
    for (int from = 0; from < contents.size(); from += CONTENTS_PER_JOB) {
      List<Content> some =
          contents.subList(from, Math.min(contents.size(), from + CONTENTS_PER_JOB));
      JobId id = new JobId(parts.run() + "-c" + (1 + from / CONTENTS_PER_JOB));
      String name = "index %s, read".formatted(parts.collection());
      Map<String, String> detail = Map.of("run", parts.run(), "collection", parts.collection());
      List<Work.Task> tasks = some.stream().map(this::readTask).toList();
      pause.until(() -> parts.work().submit(id, name, JOB_KIND, detail, tasks));
      chunkJobs.add(id);
      jobs.add(new Reading(new FollowedJob(parts.work(), id, some.size()), from));
      some.forEach(content -> bytesToRead += content.bytes());
    }
    return jobs;
  }

  private Work.Task readTask(Content content) {
    Generation generation = parts.generation();
    String text = content.text();
    return new Work.Task(
        "chunk",
        generation.model(),
        content.path(),
        new ChunkPayload(
            content.path(),
            content.sha256(),
            generation.model(),
            generation.chunkTokens(),
            generation.overlapTokens(),
            false,
            text,
            generation.chunkerVersion()),
        List.of(new BlobHash(text == null ? content.sha256() : text)),
        1 + content.bytes() / 1_000);
  }

  private boolean takeRead(List<Reading> reading) throws IOException, InterruptedException {
    boolean any = false;
    for (Reading some : reading) {
      for (Ended ended : some.job().ended()) {
        any = true;
        Content content = plan.contents().get(some.first() + ended.number());
        read++;
        bytesRead += content.bytes();
        taken(content, ended);
      }
    }
    return any;
  }

  private void taken(Content content, Ended ended) throws IOException {
    String result = ended.result();
    if (!ended.state().equals("succeeded") || result == null) {
      failAll(
          content.sha256(),
          new Failure(
              "read",
              ended.state(),
              ended.reason() == null ? "the task was " + ended.state() : ended.reason(),
              true,
              false));
      return;
    }
    ChunkDetail detail = Json.LENIENT.readValue(result, ChunkDetail.class);
    if (detail.note() != null) {
      notes.put(content.sha256(), detail.note());
    }
    if (!detail.status().equals("chunked") || detail.blob() == null || detail.text() == null) {
      failAll(content.sha256(), unreadable(detail));
      return;
    }
    if (isCutOtherwise(detail)) {
      failAll(content.sha256(), cutOtherwise(detail));
      return;
    }
    List<ChunkLine> lines = Chunked.lines(parts.blobs(), detail.blob());
    chunks += lines.size();
    wait(content.sha256(), detail, lines);
  }

  private void wait(String sha256, ChunkDetail detail, List<ChunkLine> lines) {
    Map<String, ChunkLine> needed = new LinkedHashMap<>();
    lines.forEach(line -> needed.putIfAbsent(Chunked.hash(line), line));
    needed.keySet().removeIf(vectors::has);
    needed.keySet().removeAll(parts.known().apply(List.copyOf(needed.keySet())).keySet());
    waves.want(needed);
    waiting.add(new Waiting(sha256, detail, needed.keySet()));
  }

  /// Nodes that do not know the field say nothing.
  private boolean isCutOtherwise(ChunkDetail detail) {
    return detail.chunker() != null
        && !detail.chunker().startsWith(parts.generation().chunkerVersion() + "/");
  }

  private Failure cutOtherwise(ChunkDetail detail) {
    return new Failure(
        "chunk",
        "other-chunker",
        "Expected it to be cut by chunker %s, but the node has %s; update the older of node and broker, the next run tries again"
            .formatted(parts.generation().chunkerVersion(), detail.chunker()),
        true,
        false);
  }

  private static Failure unreadable(ChunkDetail detail) {
    return new Failure(
        detail.stage() == null ? "read" : detail.stage(),
        detail.status(),
        detail.error(),
        detail.reason() == null ? detail.status() : detail.reason(),
        Boolean.TRUE.equals(detail.retryable()),
        false);
  }

  /// Puts what has all its vectors now.
  private void putComplete() throws IOException {
    int open = waiting.size();
    for (int i = 0; i < open; i++) {
      Waiting next = waiting.remove();
      String missing = next.missing(vectors);
      String failure = missing == null ? null : waves.failure(missing);
      if (missing == null) {
        putOrWaitAgain(next);
      } else if (failure == null) {
        waiting.add(next);
      } else {
        failAll(next.sha256(), new Failure("embed", "buried", failure, true, false));
      }
    }
  }

  private void putOrWaitAgain(Waiting document) throws IOException {
    List<ChunkLine> lines = Chunked.lines(parts.blobs(), String.valueOf(document.detail().blob()));
    List<String> hashes = lines.stream().map(Chunked::hash).toList();
    Set<String> others = new HashSet<>(hashes);
    others.removeIf(vectors::has);
    Map<String, float[]> known = others.isEmpty() ? Map.of() : parts.known().apply(others);
    if (known.size() < others.size()) {
      // The document that had the others may have been replaced meanwhile.
      wait(document.sha256(), document.detail(), lines);
      return;
    }
    List<IndexedChunk> chunks = new ArrayList<>(hashes.size());
    for (int i = 0; i < hashes.size(); i++) {
      String hash = hashes.get(i);
      float[] vector = known.containsKey(hash) ? known.get(hash) : vectors.get(hash);
      chunks.add(indexed(lines.get(i), hash, Objects.requireNonNull(vector)));
    }
    String blob = String.valueOf(document.detail().text());
    DocumentText text = Chunked.json(parts.blobs(), blob, DocumentText.class);
    for (Planned file : filesOf.getOrDefault(document.sha256(), List.of())) {
      put(
          file,
          new IndexedDocument(
              file.file().path(),
              document.sha256(),
              text.mediaType(),
              text.title(),
              file.file().bytes(),
              Instant.EPOCH,
              blob,
              null,
              text.text(),
              chunks));
    }
  }

  private static IndexedChunk indexed(ChunkLine line, String hash, float[] vector) {
    return new IndexedChunk(
        line.ordinal(),
        line.start(),
        line.end(),
        line.page(),
        line.heading(),
        line.text(),
        hash,
        vector);
  }

  private void put(Planned file, IndexedDocument content) {
    FolderFile found = file.file();
    parts
        .index()
        .put(
            new IndexedDocument(
                found.path(),
                content.contentHash(),
                content.mediaType(),
                content.title(),
                found.bytes(),
                found.modified() == null ? Instant.EPOCH : found.modified(),
                content.textBlob(),
                null,
                content.text(),
                content.chunks()));
    wrote();
  }

  private void failAll(String sha256, Failure failure) {
    filesOf.getOrDefault(sha256, List.of()).forEach(file -> fail(file, failure));
  }

  /// A file that cannot be indexed keeps the form in which it was, if it was, with a mark.
  private void fail(Planned file, Failure failure) {
    String path = file.file().path();
    Optional<IndexedDocument> older = parts.index().document(path);
    older
        .filter(document -> !failure.message().equals(document.mark()))
        .ifPresent(
            document -> {
              parts.index().put(marked(document, failure.message()));
              wrote();
            });
    failures.put(
        path,
        new Failure(
            failure.stage(),
            failure.error(),
            failure.type(),
            failure.message(),
            failure.retryable(),
            older.isPresent()));
  }

  private static IndexedDocument marked(IndexedDocument document, String mark) {
    return new IndexedDocument(
        document.path(),
        document.contentHash(),
        document.mediaType(),
        document.title(),
        document.bytes(),
        document.modified(),
        document.textBlob(),
        mark,
        document.text(),
        document.chunks());
  }

  private void wrote() {
    writes++;
    uncommitted++;
  }

  private void commitWhenDue() throws IOException {
    if (uncommitted >= PUTS_PER_COMMIT
        || (uncommitted > 0 && committed.plus(COMMIT_EVERY).isBefore(Instant.now()))) {
      commit();
    }
  }

  private void commit() throws IOException {
    if (uncommitted > 0) {
      parts.index().commit(Map.of("run", parts.run()));
      uncommitted = 0;
    }
    committed = Instant.now();
  }

  private void show() {
    show("work", secondsLeft());
  }

  private void show(String stage, @Nullable Long secondsLeft) {
    progress =
        new Progress(
            stage,
            plan.contents().size(),
            read,
            chunks,
            waves.wanted(),
            vectors.size(),
            secondsLeft);
  }

  private @Nullable Long secondsLeft() {
    double read = bytesToRead == 0 ? 1 : (double) bytesRead / bytesToRead;
    Duration elapsed = Duration.between(begun, Instant.now());
    return new Eta(elapsed, tokensBefore, waves.tokensDone(), waves.tokensWanted(), read)
        .secondsLeft();
  }
}
