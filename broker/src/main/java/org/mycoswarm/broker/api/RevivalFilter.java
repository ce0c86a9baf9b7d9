package org.mycoswarm.broker.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.Job;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.domain.Task;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.schema.wire.ReviveAnswer.Revived;
import org.mycoswarm.schema.wire.ReviveRequest;

/// Which tasks someone wants to try again.
final class RevivalFilter {
  private static final String BURIED = "buried";

  private final ReviveRequest request;
  private final boolean buried;
  private final @Nullable JobId job;

  /// @throws ProblemException when the request is not in order
  RevivalFilter(ReviveRequest request) {
    this.request = request;
    Inputs.oneOf("state", request.state(), List.of(BURIED, "waiting"));
    this.buried = Objects.requireNonNullElse(request.state(), BURIED).equals(BURIED);
    String id = request.job();
    this.job = id == null ? null : Inputs.checked(() -> new JobId(id));
    if (!buried && request.reason() != null) {
      throw ProblemException.badRequest(
          "Expected 'reason' only with the state 'buried', but the state is 'waiting'; nothing was changed");
    }
  }

  List<Revived> found(QueueState state) {
    List<Revived> found = new ArrayList<>();
    state
        .knownJobs()
        .map(Job::id)
        .filter(id -> job == null || job.equals(id))
        .flatMap(state::tasksOf)
        .filter(this::isInState)
        .forEach(task -> add(task, state.spec(task), found));
    return found;
  }

  private boolean isInState(Task task) {
    return buried
        ? task instanceof Task.Buried
        : task instanceof Task.Waiting && task.failures() > 0;
  }

  private void add(Task task, TaskSpec spec, List<Revived> found) {
    String reason = task instanceof Task.Buried burial ? burial.reason() : null;
    boolean meant =
        (request.kind() == null || request.kind().equals(spec.requirement().kind()))
            && has(spec.label(), request.label())
            && (reason == null || has(reason, request.reason()));
    if (meant) {
      found.add(new Revived(task.id().toString(), spec.requirement().kind(), spec.label(), reason));
    }
  }

  private static boolean has(String text, @Nullable String part) {
    return part == null || text.contains(part);
  }
}
