package org.mycoswarm.broker.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.results.JobReports;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.Command.SubmitJob;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.JobSpec;
import org.mycoswarm.queue.domain.JobSpec.IdempotencyKey;
import org.mycoswarm.queue.domain.JobSpec.Order;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.EmbedFolder;
import org.mycoswarm.schema.wire.SubmitRequest;
import org.mycoswarm.schema.wire.TaskSubmission;

/// Turns what a person submits into one command for the queue.
final class Submissions {
  private static final int NAME_CHARACTERS_MAX = 200;

  private final TimeSortedIds ids;
  private final EmbedJobs embeds;
  private final TaskSpecs specs;

  Submissions(TimeSortedIds ids, EmbedJobs embeds, TaskSpecs specs) {
    this.ids = ids;
    this.embeds = embeds;
    this.specs = specs;
  }

  /// @param key the caller's Idempotency-Key
  /// @throws ProblemException when the request is not in order, or asks for what is not there
  SubmitJob command(SubmitRequest request, @Nullable String key) {
    EmbedFolder embed = request.embed();
    List<TaskSubmission> tasks = request.tasks();
    if ((embed == null) == (tasks == null)) {
      throw ProblemException.badRequest(
          "Expected either 'embed' or 'tasks', but found %s; nothing was submitted"
              .formatted(embed == null ? "neither" : "both"));
    }
    IdempotencyKey known = key == null ? null : new IdempotencyKey(key, fingerprint(request));
    return embed == null
        ? ofTasks(request, specs.of(tasks), known)
        : ofFolder(request, embeds.plan(embed), known);
  }

  private SubmitJob ofTasks(
      SubmitRequest request, List<TaskSpec> tasks, @Nullable IdempotencyKey key) {
    JobSpec spec =
        new JobSpec(name(request.name(), "tasks"), "tasks", "{}", List.of(), key, order(request));
    return new SubmitJob(id(), spec, tasks);
  }

  /// One chunk of a bulk submission.
  ///
  /// @param request what all chunks have in common; the name gets the chunk's number
  /// @throws ProblemException `bad-request` when the request is not in order
  SubmitJob chunk(
      SubmitRequest request,
      ChunkJobs.Detail detail,
      List<TaskSpec> tasks,
      @Nullable IdempotencyKey key) {
    String name =
        "%s-%04d%s"
            .formatted(
                name(request.name(), "tasks"),
                detail.chunk(),
                detail.part() == 1 ? "" : "." + detail.part());
    JobSpec spec =
        new JobSpec(name, "tasks", EmbedJobs.text(detail), List.of(), key, order(request));
    return new SubmitJob(id(), spec, tasks);
  }

  private SubmitJob ofFolder(
      SubmitRequest request, EmbedJobs.Plan plan, @Nullable IdempotencyKey key) {
    JobSpec spec =
        new JobSpec(
            name(request.name(), "embed " + plan.detail().modelName()),
            JobReports.KIND,
            EmbedJobs.text(plan.detail()),
            List.of(plan.manifest()),
            key,
            order(request));
    return new SubmitJob(id(), spec, plan.tasks());
  }

  private Order order(SubmitRequest request) {
    return JobOrders.of(request, specs.now());
  }

  private JobId id() {
    return new JobId(ids.next());
  }

  private static String name(@Nullable String wanted, String usual) {
    return wanted == null ? usual : Inputs.text("a job's name", wanted, NAME_CHARACTERS_MAX);
  }

  /// Two requests that mean the same have the same fingerprint, whatever the order of their fields.
  static BlobHash fingerprint(SubmitRequest request) {
    try {
      Object plain = Json.LENIENT.convertValue(request, Object.class);
      byte[] canonical =
          Json.LENIENT
              .writer()
              .with(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
              .writeValueAsBytes(plain);
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(canonical);
      return new BlobHash(HexFormat.of().formatHex(hash));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Expected what was read as JSON to be written again", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
