package org.mycoswarm.broker.collections;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.mycoswarm.broker.collections.Work.Ended;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.schema.wire.JobView;

/// Tells of each task of a job once that it has ended. For one thread.
final class FollowedJob {
  private final Work work;
  private final JobId job;
  private final int tasks;
  private final BitSet ended = new BitSet();
  private long after;

  FollowedJob(Work work, JobId job, int tasks) {
    this.work = work;
    this.job = job;
    this.tasks = tasks;
  }

  boolean isOver() {
    return ended.cardinality() == tasks;
  }

  /// Those that ended since the last time. When the job itself is over, or was forgotten, its other
  /// tasks count as cancelled: nobody will end them.
  List<Ended> ended() throws InterruptedException {
    if (isOver()) {
      return List.of();
    }
    List<Ended> news = take();
    if (!news.isEmpty() || isRunning()) {
      return news;
    }
    news.addAll(take()); // what ended between the two questions
    for (int number = ended.nextClearBit(0); number < tasks; number = ended.nextClearBit(number)) {
      ended.set(number);
      news.add(new Ended(number, "cancelled", "the job ended before it", null, after));
    }
    return news;
  }

  private boolean isRunning() throws InterruptedException {
    return work.job(job).map(JobView::state).orElse("gone").equals("running");
  }

  private List<Ended> take() throws InterruptedException {
    List<Ended> news = new ArrayList<>();
    for (Ended task : work.ended(job, after)) {
      after = Math.max(after, task.position());
      if (!ended.get(task.number())) {
        ended.set(task.number());
        news.add(task);
      }
    }
    return news;
  }
}
