package org.mycoswarm.benchmarks.peers;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.mycoswarm.benchmarks.load.Caller;
import org.mycoswarm.benchmarks.load.Payloads;

/// Submits to a db-scheduler; takes what its threads have executed, since they take work
/// themselves.
record DbSchedulerCaller(
    SchedulerClient client, OneTimeTask<byte[]> task, AtomicLong ids, Semaphore arrived)
    implements Caller {
  private static final int PARKED_SECONDS = 20;

  @Override
  public void submit(int tasks) {
    if (tasks == 1) {
      client.scheduleIfNotExists(instance(), Instant.now());
      return;
    }
    List<TaskInstance<?>> instances = new ArrayList<>();
    for (int i = 0; i < tasks; i++) {
      instances.add(instance());
    }
    client.scheduleBatch(instances, Instant.now());
  }

  private TaskInstance<byte[]> instance() {
    long id = ids.incrementAndGet();
    return task.instance(Long.toString(id), Payloads.get((int) id));
  }

  @Override
  public int work(int batch) {
    throw new IllegalStateException("A db-scheduler takes work by itself");
  }

  @Override
  public void take() throws IOException, InterruptedException {
    if (!arrived.tryAcquire(PARKED_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException("Expected a task within %d s, but none came".formatted(PARKED_SECONDS));
    }
  }

  @Override
  public void finish() {
    // Its own thread completes what it has executed.
  }

  @Override
  public void close() {
    // The pool of connections belongs to the contender.
  }
}
