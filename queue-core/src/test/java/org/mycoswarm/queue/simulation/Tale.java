package org.mycoswarm.queue.simulation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.JobSpec;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.NodeMode;
import org.mycoswarm.queue.domain.NodeProfile;
import org.mycoswarm.queue.domain.TaskId;
import org.mycoswarm.queue.domain.TaskSpec;

/// What the log has told so far of one job, task or node.
final class Tale {
  private Tale() {}

  static final class OfJob {
    final JobId id;
    final JobSpec spec;
    final List<OfTask> tasks = new ArrayList<>();
    boolean paused;
    boolean ended;

    OfJob(JobId id, JobSpec spec) {
      this.id = id;
      this.spec = spec;
    }

    long open() {
      return tasks.stream().filter(task -> task.end == End.NONE).count();
    }

    /// Who shares the nodes with others: as the client sees it, whatever the log says.
    String submitter() {
      return spec.kind();
    }

    /// Tasks that wait for all others wait no more once these have ended.
    void unblock() {
      if (tasks.stream().allMatch(task -> task.spec.start().last() || task.end != End.NONE)) {
        tasks.forEach(task -> task.othersEnded = true);
      }
    }
  }

  enum End {
    NONE,
    SUCCEEDED,
    BURIED,
    WITH_ITS_JOB
  }

  static final class OfTask {
    final TaskId id;
    final TaskSpec spec;
    End end = End.NONE;
    int attempts;
    long leasedAt;
    boolean othersEnded;
    @Nullable LeaseId held;
    @Nullable NodeId holder;
    @Nullable Instant notBefore;
    @Nullable Instant deadline;

    OfTask(TaskId id, TaskSpec spec, Instant bornAt) {
      this.id = id;
      this.spec = spec;
      this.notBefore = spec.start().notBefore();
      Instant until = spec.terms().deadline();
      // Whoever asks too late may see it leased and ended in one batch.
      this.deadline = until != null && until.isAfter(bornAt) ? until : null;
    }

    /// What tasks share a line by.
    String line() {
      return spec.requirement().toString();
    }

    /// Why it may not be leased, or nothing.
    String kept(OfJob job, Instant at) {
      if (end != End.NONE || job.ended || held != null) {
        return "it is %s, held as %s".formatted(end, held);
      }
      if (job.paused) {
        return "its job is paused";
      }
      if (notBefore != null && at.isBefore(notBefore)) {
        return "it waits until " + notBefore;
      }
      if (spec.start().last() && !othersEnded) {
        return "others have not ended";
      }
      return spec.start().after().stream()
          .filter(number -> job.tasks.get(number).end != End.SUCCEEDED)
          .map(number -> "task %d has not succeeded".formatted(number))
          .findFirst()
          .orElse("");
    }
  }

  static final class OfNode {
    NodeProfile profile;
    NodeMode mode = NodeMode.ACTIVE;

    OfNode(NodeProfile profile) {
      this.profile = profile;
    }
  }
}
