package org.mycoswarm.broker.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.Requirement;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.domain.TaskSpec.Start;
import org.mycoswarm.schema.wire.GeneratePayload;
import org.mycoswarm.schema.wire.TaskSubmission;

/// Turns tasks as they are submitted into tasks of the queue. Any kind is taken: which kinds there
/// are is the nodes' business. Of one kind alone, `generate`, the payload is looked at.
final class TaskSpecs {
  private static final Pattern KIND = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final int LABEL_CHARACTERS_MAX = 1_024;

  private final TaskTerms terms;
  private final BlobCheck blobs;
  private final InstantSource clock;

  TaskSpecs(TaskTerms terms, BlobCheck blobs, InstantSource clock) {
    this.terms = terms;
    this.blobs = blobs;
    this.clock = clock;
  }

  /// @throws ProblemException `bad-request` when a value is out of its range, `unprocessable` when
  ///     a task could never start, `blob-missing` when a blob was not uploaded
  List<TaskSpec> of(@Nullable List<TaskSubmission> tasks) {
    if (tasks == null) {
      return List.of();
    }
    Instant now = now();
    List<TaskSpec> specs = new ArrayList<>(tasks.size());
    for (int i = 0; i < tasks.size(); i++) {
      specs.add(at(i, tasks, now));
    }
    requireInOrder(specs);
    return specs;
  }

  /// What no task can be asked on its own.
  ///
  /// @throws ProblemException `unprocessable` when one of the tasks could never start,
  ///     `blob-missing` when a blob was not uploaded
  void requireInOrder(List<TaskSpec> specs) {
    requireThatAllCanStart(specs);
    blobs.requireAll(specs.stream().flatMap(spec -> spec.blobs().stream()).distinct().toList());
  }

  /// A task of one of our own pipelines, with the usual patience.
  TaskSpec usual(Requirement requirement, String label, String payload, List<BlobHash> blobs) {
    return new TaskSpec(terms.usual(requirement), label, null, payload, blobs, Start.AT_ONCE);
  }

  /// As the tables and the log have it, rounded up: what is put off comes no sooner than asked for.
  Instant now() {
    return clock.instant().plusNanos(999_999).truncatedTo(ChronoUnit.MILLIS);
  }

  /// Says which task of several is not in order.
  private TaskSpec at(int number, List<TaskSubmission> tasks, Instant now) {
    try {
      return of(tasks.get(number), now);
    } catch (ProblemException e) {
      throw tasks.size() == 1
          ? e
          : new ProblemException(
              e.type(), "%s (tasks[%d])".formatted(e.detail(), number), e.headers());
    }
  }

  /// One of several; [#requireInOrder] comes after the last.
  ///
  /// @throws ProblemException `bad-request` when a value is out of its range
  TaskSpec of(TaskSubmission task, Instant now) {
    if (!KIND.matcher(task.kind()).matches()) {
      throw ProblemException.badRequest(
          "Expected a task kind of 1 to 64 letters, digits, dots, underscores or hyphens, but it is '%s'; nothing was changed"
              .formatted(Inputs.shown(task.kind())));
    }
    if (task.kind().equals(GeneratePayload.KIND)) {
      GenerateRules.check(task.model(), task.payload());
    }
    String label = task.label();
    return new TaskSpec(
        terms.of(task, now),
        label == null ? task.kind() : Inputs.text("a label", label, LABEL_CHARACTERS_MAX),
        null,
        object("payload", task.payload()),
        Inputs.blobs(task.blobs()),
        start(task, now));
  }

  private static Start start(TaskSubmission task, Instant now) {
    Double delay = task.delaySeconds();
    List<Integer> after = task.after() == null ? List.of() : task.after();
    boolean last = Boolean.TRUE.equals(task.last());
    Instant notBefore =
        delay == null
            ? null
            : now.plus(Inputs.seconds("delaySeconds", delay, Inputs.AHEAD_SECONDS_MAX));
    return new Start(notBefore, after.stream().distinct().sorted().toList(), last);
  }

  /// A task marked `last` waits for all that are not, so none of those can wait for it.
  private static void requireThatAllCanStart(List<TaskSpec> specs) {
    for (int i = 0; i < specs.size(); i++) {
      Start start = specs.get(i).start();
      for (int after : start.after()) {
        boolean earlier = after >= 0 && after < i; // the queue refuses others, with their numbers
        if (!start.last() && earlier && specs.get(after).start().last()) {
          throw new ProblemException(
              ProblemType.UNPROCESSABLE,
              "Expected tasks that come after a task marked 'last' to be marked so too, but task %d comes after task %d and is not, so that each would wait for the other; nothing was changed"
                  .formatted(i, after));
        }
      }
    }
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
}
