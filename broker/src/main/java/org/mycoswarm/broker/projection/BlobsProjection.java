package org.mycoswarm.broker.projection;

import java.util.HexFormat;
import java.util.List;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.Event.AttemptFailed;
import org.mycoswarm.queue.domain.Event.BrokerStarted;
import org.mycoswarm.queue.domain.Event.JobCancelled;
import org.mycoswarm.queue.domain.Event.JobFailed;
import org.mycoswarm.queue.domain.Event.JobFinished;
import org.mycoswarm.queue.domain.Event.JobForgotten;
import org.mycoswarm.queue.domain.Event.JobPaused;
import org.mycoswarm.queue.domain.Event.JobResumed;
import org.mycoswarm.queue.domain.Event.JobSubmitted;
import org.mycoswarm.queue.domain.Event.KindPolicySet;
import org.mycoswarm.queue.domain.Event.LateReport;
import org.mycoswarm.queue.domain.Event.LeaseExpired;
import org.mycoswarm.queue.domain.Event.LeaseReleased;
import org.mycoswarm.queue.domain.Event.NodeModeChanged;
import org.mycoswarm.queue.domain.Event.NodeRegistered;
import org.mycoswarm.queue.domain.Event.RecordPut;
import org.mycoswarm.queue.domain.Event.RecordRemoved;
import org.mycoswarm.queue.domain.Event.TaskBuried;
import org.mycoswarm.queue.domain.Event.TaskLeased;
import org.mycoswarm.queue.domain.Event.TaskSucceeded;
import org.mycoswarm.queue.domain.Event.TasksAdded;
import org.mycoswarm.queue.domain.Event.TasksRevived;
import org.mycoswarm.queue.domain.Event.ThrottleSet;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.TaskSpec;

/// Which job refers to which blob, for the length of one transaction. A blob that is in no row may
/// be deleted, so this must know every place where an event names one.
final class BlobsProjection {
  private final Change change;

  BlobsProjection(Change change) {
    this.change = change;
  }

  void apply(Event event) {
    switch (event) {
      case JobSubmitted e -> {
        refer(e.job(), e.spec().blobs());
        referTasks(e.job(), e.tasks());
      }
      case JobForgotten e -> change.run("delete from blob_refs where job = ?", e.job().value());
      case TasksAdded e -> referTasks(e.job(), e.tasks());
      case TaskSucceeded e -> refer(e.lease().task().job(), e.result().blobs());
      case BrokerStarted _, NodeRegistered _, TaskLeased _, LeaseExpired _, LeaseReleased _ -> {}
      case AttemptFailed _, TaskBuried _, JobCancelled _, JobFailed _, JobFinished _ -> {}
      case NodeModeChanged _, JobPaused _, JobResumed _, LateReport _ -> {}
      case TasksRevived _, ThrottleSet _, KindPolicySet _ -> {}
      // Who deletes blobs asks the records themselves: they are in memory, and never behind.
      case RecordPut _, RecordRemoved _ -> {}
    }
  }

  private void referTasks(JobId job, List<TaskSpec> tasks) {
    tasks.forEach(task -> refer(job, task.blobs()));
  }

  private void refer(JobId job, List<BlobHash> blobs) {
    for (BlobHash blob : blobs) {
      change.run(
          "merge into blob_refs (hash, job) key (hash, job) values (?, ?)",
          HexFormat.of().parseHex(blob.hex()),
          job.value());
    }
  }
}
