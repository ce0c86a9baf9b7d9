package org.mycoswarm.broker.collections;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.mycoswarm.broker.projection.TablesUnavailable;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.schema.wire.JobView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The work of a run that waits while the tables are away: they are replaced, opened again or
/// filled now and then, which is no reason for a night's run to fail. The broker's stop ends every
/// wait.
final class PatientWork implements Work {
  private static final Logger LOG = LoggerFactory.getLogger(PatientWork.class);
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(250);

  private final Work work;
  private final RunPause pause;

  PatientWork(Work work, RunPause pause) {
    this.work = work;
    this.pause = pause;
  }

  @Override
  public boolean submit(JobId job, String name, String kind, Object detail, List<Task> tasks)
      throws InterruptedException {
    return patiently(() -> work.submit(job, name, kind, detail, tasks));
  }

  @Override
  public Optional<JobView> job(JobId job) throws InterruptedException {
    return patiently(() -> work.job(job));
  }

  @Override
  public List<Ended> ended(JobId job, long after) throws InterruptedException {
    return patiently(() -> work.ended(job, after));
  }

  @Override
  public List<String> payloads(JobId job) throws InterruptedException {
    return patiently(() -> work.payloads(job));
  }

  @Override
  public void cancel(JobId job) throws InterruptedException {
    work.cancel(job);
  }

  private <T> T patiently(Question<T> question) throws InterruptedException {
    boolean told = false;
    while (true) {
      try {
        return question.ask();
      } catch (TablesUnavailable e) {
        if (!told) {
          LOG.info("A run waits for the tables: {}", e.getMessage());
          told = true;
        }
        pause.rest(BETWEEN_ATTEMPTS);
      }
    }
  }

  @FunctionalInterface
  private interface Question<T> {
    T ask() throws InterruptedException;
  }
}
