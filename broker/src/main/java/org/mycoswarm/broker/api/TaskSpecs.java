package org.mycoswarm.broker.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.Requirement;
import org.mycoswarm.queue.domain.RetryPolicy;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.schema.wire.TaskSubmission;

/// Turns tasks as they are submitted into tasks of the queue. Any kind is taken: which kinds there
/// are is the nodes' business.
final class TaskSpecs {
  private static final Pattern KIND = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final int LABEL_CHARACTERS_MAX = 1_024;
  private static final int MODEL_CHARACTERS_MAX = 200;
  private static final int ATTEMPTS = 3;

  private final Limits limits;
  private final BlobCheck blobs;
  private final int leaseSeconds;

  /// @param leaseTime of tasks that do not ask for one
  TaskSpecs(Limits limits, BlobCheck blobs, Duration leaseTime) {
    this.limits = limits;
    this.blobs = blobs;
    this.leaseSeconds = Math.toIntExact(leaseTime.toSeconds());
  }

  /// @throws ProblemException `bad-request` when a value is out of its range, `blob-missing` when a
  ///     blob was not uploaded
  List<TaskSpec> of(@Nullable List<TaskSubmission> tasks) {
    if (tasks == null) {
      return List.of();
    }
    List<TaskSpec> specs = tasks.stream().map(this::of).toList();
    blobs.requireAll(specs.stream().flatMap(spec -> spec.blobs().stream()).distinct().toList());
    return specs;
  }

  /// A task of one of our own pipelines, with the usual patience.
  TaskSpec usual(Requirement requirement, String label, String payload, List<BlobHash> blobs) {
    return new TaskSpec(
        requirement, label, null, payload, blobs, retry(ATTEMPTS), seconds(leaseSeconds));
  }

  private TaskSpec of(TaskSubmission task) {
    if (!KIND.matcher(task.kind()).matches()) {
      throw ProblemException.badRequest(
          "Expected a task kind of 1 to 64 letters, digits, dots, underscores or hyphens, but it is '%s'; nothing was changed"
              .formatted(task.kind()));
    }
    String model = task.model();
    if (model != null) {
      Inputs.text("a model digest", model, MODEL_CHARACTERS_MAX);
    }
    String label = task.label();
    return new TaskSpec(
        new Requirement(task.kind(), model),
        label == null ? task.kind() : Inputs.text("a label", label, LABEL_CHARACTERS_MAX),
        null,
        object("payload", task.payload()),
        Inputs.blobs(task.blobs()),
        retry(orElse("maxAttempts", task.maxAttempts(), limits.attemptsMax(), ATTEMPTS)),
        seconds(
            orElse("leaseSeconds", task.leaseSeconds(), limits.leaseSecondsMax(), leaseSeconds)));
  }

  /// The text of a JSON object; anything else is refused.
  static String object(String name, JsonNode value) {
    if (!value.isObject()) {
      throw ProblemException.badRequest(
          "Expected the field '%s' to be a JSON object, but it is of type %s; nothing was changed"
              .formatted(name, value.getNodeType().name().toLowerCase(Locale.ROOT)));
    }
    return value.toString();
  }

  private static int orElse(String name, @Nullable Integer value, int max, int usual) {
    return value == null ? usual : Inputs.between(name, value, 1, max);
  }

  private static RetryPolicy retry(int attemptsMax) {
    return new RetryPolicy(attemptsMax, seconds(1), seconds(60));
  }

  private static Duration seconds(int count) {
    return Duration.ofSeconds(count);
  }
}
