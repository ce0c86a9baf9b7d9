package org.mycoswarm.broker.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.api.KnownModels;
import org.mycoswarm.broker.embedding.VectorBlobs;
import org.mycoswarm.broker.openai.BatchLine.Unusable;
import org.mycoswarm.broker.openai.BatchPlan.Placed;
import org.mycoswarm.broker.openai.BatchResults.Unanswered;
import org.mycoswarm.broker.projection.ResultTables.Made;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.queue.log.BlobStore.StoredBlob;

/// Takes one batch from where its record stands to its end. It reads the input once for each step
/// and keeps only a few jobs of it in memory. What it did before a crash it finds in the log, and
/// does not do again. One thread.
final class BatchRun {
  private static final int LINES_MAX = 50_000;
  private static final int INPUTS_MAX = 50_000;

  /// Enough to keep many nodes busy; each is about a megabyte here.
  private static final int JOBS_AT_A_TIME = 4;

  /// @param folder for files that are not complete yet
  record Parts(
      KnownModels models,
      BatchJobs jobs,
      BlobStore blobs,
      StoredFiles files,
      Path folder,
      InstantSource clock) {}

  /// The record of this batch.
  interface Standing {
    Batch read();

    /// Writes down what the operator makes of what it says now.
    Batch change(UnaryOperator<Batch> change);

    void progress(int completed, int failed);

    /// Waits a moment.
    ///
    /// @throws InterruptedException when the broker stops
    void pause() throws InterruptedException;
  }

  private record Running(BatchPlan.Job job, CompletableFuture<?> end) {}

  private final Parts parts;
  private final Standing record;
  private int completed;
  private int failed;

  BatchRun(Parts parts, Standing record) {
    this.parts = parts;
    this.record = record;
  }

  /// @throws IOException when the disk refuses; trying again goes on where it was
  /// @throws RuntimeException when the queue or the tables do; the same
  void run() throws IOException, InterruptedException {
    if (record.read().status().equals(Batch.VALIDATING)) {
      validate();
    }
    if (record.read().status().equals(Batch.IN_PROGRESS)) {
      work();
    }
    if (!record.read().isOver()) {
      finish();
    }
  }

  private void validate() throws IOException {
    Batch batch = record.read();
    ObjectNode models = batch.document().objectNode();
    try (BatchInput input = input(batch, request -> digest(request, models))) {
      int lines = check(input);
      record.change(
          now ->
              now.status().equals(Batch.VALIDATING)
                  ? now.withWork(lines, models).with(Batch.IN_PROGRESS, parts.clock().instant())
                  : now.withWork(lines, models));
    } catch (Unusable e) {
      ObjectNode errors = batch.document().objectNode().put("object", "list");
      errors.putArray("data").add(e.view());
      record.change(now -> now.withErrors(errors).with(Batch.FAILED, parts.clock().instant()));
    }
  }

  private String digest(EmbeddingsRequest request, ObjectNode models) {
    String known = models.path(request.model()).asText();
    if (known.isEmpty()) {
      known = Embeddings.model(parts.models(), request.model()).digest();
      models.put(request.model(), known);
    }
    return known;
  }

  private static int check(BatchInput input) throws IOException, Unusable {
    Set<String> ids = new HashSet<>();
    int inputs = 0;
    for (BatchLine line = input.next(); line != null; line = input.next()) {
      if (!ids.add(line.customId())) {
        throw new Unusable(
            "duplicate_custom_id",
            line.number(),
            "custom_id",
            "Expected a custom_id of its own on each line, but '%s' is there before"
                .formatted(line.customId().substring(0, Math.min(100, line.customId().length()))));
      }
      EmbeddingsRequest request = line.request();
      inputs += request == null ? 0 : request.inputs().size();
      if (ids.size() > LINES_MAX || inputs > INPUTS_MAX) {
        throw new Unusable(
            "too_many_requests",
            line.number(),
            null,
            "Expected at most %,d requests with %,d inputs together, but there are more"
                .formatted(LINES_MAX, INPUTS_MAX));
      }
    }
    if (ids.isEmpty()) {
      throw new Unusable("empty_file", 1, null, "Expected one request or more, but there is none");
    }
    return ids.size();
  }

  /// Submits the jobs, a few at a time, and waits for them.
  private void work() throws IOException, InterruptedException {
    Batch batch = record.read();
    Deque<Running> running = new ArrayDeque<>();
    try (BatchInput input = planned(batch)) {
      BatchPlan plan = new BatchPlan(input);
      for (BatchPlan.Job job = plan.next(); job != null && goesOn(); job = plan.next()) {
        if (running.size() == JOBS_AT_A_TIME) {
          await(batch, running.remove());
        }
        running.add(new Running(job, submit(batch, job)));
      }
      while (!running.isEmpty()) {
        await(batch, running.remove());
      }
    } catch (Unusable e) {
      throw new IllegalStateException("Expected the input to be as it was when validated", e);
    } finally {
      running.forEach(one -> parts.jobs().leave(batch, one.job().number()));
    }
  }

  private CompletableFuture<?> submit(Batch batch, BatchPlan.Job job) throws InterruptedException {
    if (job.tasks().isEmpty()) {
      return CompletableFuture.completedFuture(true);
    }
    CompletableFuture<?> end = parts.jobs().submit(batch, job);
    while (end == null && goesOn()) {
      record.pause();
      end = parts.jobs().submit(batch, job);
    }
    if (end == null) {
      return CompletableFuture.completedFuture(false); // what was never asked is not answered
    }
    if (!goesOn()) {
      parts.jobs().cancel(batch, job.number()); // whoever cancelled may not have seen it
    }
    return end;
  }

  private boolean goesOn() {
    Batch batch = record.read();
    return batch.status().equals(Batch.IN_PROGRESS)
        && parts.clock().instant().isBefore(batch.expiresAt());
  }

  private void await(Batch batch, Running one) throws InterruptedException {
    BatchJobs.await(one.end());
    parts.jobs().leave(batch, one.job().number());
    parts.jobs().catchUp();
    Set<Integer> succeeded =
        parts.jobs().made(batch, one.job().number()).stream()
            .filter(task -> task.state().equals("succeeded"))
            .map(Made::number)
            .collect(Collectors.toSet());
    for (Placed placed : one.job().lines()) {
      boolean done =
          placed.line().request() != null
              && placed.slices().stream().allMatch(slice -> succeeded.contains(slice.task()));
      completed += done ? 1 : 0;
      failed += done ? 0 : 1;
    }
    record.progress(completed, failed);
  }

  /// Writes the files, and then the end.
  private void finish() throws IOException, InterruptedException {
    Batch batch =
        record.change(
            now ->
                now.status().equals(Batch.IN_PROGRESS)
                    ? now.with(Batch.FINALIZING, parts.clock().instant())
                    : now);
    boolean cancelled = batch.status().equals(Batch.CANCELLING);
    String unfinished = cancelled ? "batch_cancelled" : "batch_expired";
    try (BatchFiles files = new BatchFiles(batch.id(), parts.folder());
        BatchInput input = planned(batch)) {
      boolean all = write(batch, new BatchPlan(input), files, unfinished);
      String output = stored(batch, "output", files.output(parts.blobs()));
      String errors = stored(batch, "errors", files.errors(parts.blobs()));
      String end = cancelled ? Batch.CANCELLED : all ? Batch.COMPLETED : Batch.EXPIRED;
      record.change(
          now ->
              now.withFiles(output, errors, files.completed(), files.failed())
                  .with(end, parts.clock().instant()));
    } catch (Unusable e) {
      throw new IllegalStateException("Expected the input to be as it was when validated", e);
    }
  }

  /// @return whether every request was executed
  private boolean write(Batch batch, BatchPlan plan, BatchFiles files, String unfinished)
      throws IOException, Unusable, InterruptedException {
    parts.jobs().catchUp();
    VectorBlobs vectors = new VectorBlobs(parts.blobs());
    boolean all = true;
    for (BatchPlan.Job job = plan.next(); job != null; job = plan.next()) {
      List<Made> made = parts.jobs().made(batch, job.number());
      BatchResults results = new BatchResults(made, vectors, unfinished);
      for (Placed placed : job.lines()) {
        EmbeddingsRequest request = placed.line().request();
        try {
          BatchResults.Answer answer = results.answer(placed);
          if (request != null) {
            files.write(placed.line(), request, answer);
          }
        } catch (Unanswered e) {
          all &= e.error() != null;
          files.write(placed.line(), e);
        }
      }
    }
    return all;
  }

  private @Nullable String stored(Batch batch, String what, @Nullable StoredBlob blob) {
    if (blob == null) {
      return null;
    }
    String id = "file-%s-%s".formatted(batch.id().substring("batch_".length()), what);
    String name = "%s_%s.jsonl".formatted(batch.id(), what);
    return parts.files().add(id, name, StoredFile.MADE, blob).id();
  }

  private BatchInput planned(Batch batch) throws IOException {
    return input(
        batch,
        request -> {
          String digest = batch.models().path(request.model()).asText();
          if (digest.isEmpty()) {
            throw new OpenAiError(
                404,
                "The model '%s' does not exist or no node has it.".formatted(request.model()),
                "model",
                "model_not_found");
          }
          return digest;
        });
  }

  private BatchInput input(Batch batch, BatchLine.Models models) throws IOException {
    InputStream in =
        parts
            .blobs()
            .open(batch.input())
            .orElseThrow(
                () ->
                    new IOException(
                        "Expected the input of '%s', but it is not here".formatted(batch.id())));
    return new BatchInput(in, batch.document().path("endpoint").asText(), models);
  }
}
