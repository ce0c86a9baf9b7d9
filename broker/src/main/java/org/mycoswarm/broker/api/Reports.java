package org.mycoswarm.broker.api;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.Command;
import org.mycoswarm.queue.domain.Command.CompleteTask;
import org.mycoswarm.queue.domain.Command.FailAttempt;
import org.mycoswarm.queue.domain.Command.ReleaseLease;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.TaskResult;
import org.mycoswarm.schema.wire.ResultReport;

/// Turns how a lease ended into a command for the queue.
final class Reports {
  static final String COMPLETED = "completed";
  static final String FAILED = "failed";
  static final String RELEASED = "released";

  private static final int UNITS_MAX = 32;
  private static final int UNIT_CHARACTERS_MAX = 64;
  private static final int REASON_CHARACTERS_MAX = 2_000;

  private final TaskSpecs specs;
  private final BlobCheck blobs;

  Reports(TaskSpecs specs, BlobCheck blobs) {
    this.specs = specs;
    this.blobs = blobs;
  }

  /// @throws ProblemException `bad-request` when the report is not in order, `blob-missing` when it
  ///     refers to a blob that was not uploaded
  Command command(ResultReport report) {
    LeaseId lease = Inputs.checked(() -> LeaseId.parse(report.lease()));
    Inputs.oneOf("status", report.status(), List.of(COMPLETED, FAILED, RELEASED));
    return switch (report.status()) {
      case COMPLETED -> new CompleteTask(lease, result(report), specs.of(report.next()));
      case FAILED ->
          new FailAttempt(
              lease, reason(report.reason()), !Boolean.FALSE.equals(report.retryable()));
      default -> new ReleaseLease(lease);
    };
  }

  private TaskResult result(ResultReport report) {
    List<BlobHash> referred = Inputs.blobs(report.blobs());
    blobs.requireAll(referred);
    String detail = report.detail() == null ? "{}" : TaskSpecs.object("detail", report.detail());
    return new TaskResult(detail, referred, new TreeMap<>(counts(report.counts())));
  }

  private static Map<String, Long> counts(@Nullable Map<String, Long> counts) {
    if (counts == null) {
      return Map.of();
    }
    Inputs.between("the number of units in 'counts'", counts.size(), 0, UNITS_MAX);
    counts.forEach(
        (unit, count) -> {
          Inputs.text("a unit in 'counts'", unit, UNIT_CHARACTERS_MAX);
          if (count < 0) {
            throw ProblemException.badRequest(
                "Expected counts of 0 or more, but '%s' is %d; the report was dropped"
                    .formatted(unit, count));
          }
        });
    return counts;
  }

  /// A long reason is cut: the failure itself must not be lost over it.
  private static String reason(@Nullable String reason) {
    String text = Objects.requireNonNullElse(reason, "").strip();
    if (text.isEmpty()) {
      return "the node gave no reason";
    }
    return text.length() <= REASON_CHARACTERS_MAX
        ? text
        : text.substring(0, REASON_CHARACTERS_MAX - 3) + "...";
  }
}
