package org.mycoswarm.broker.api;

import java.util.List;
import java.util.Optional;
import org.mycoswarm.broker.collections.Work;
import org.mycoswarm.broker.projection.ResultTables;
import org.mycoswarm.queue.domain.Command.CancelJob;
import org.mycoswarm.queue.domain.Command.SubmitJob;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.JobSpec;
import org.mycoswarm.queue.domain.Rejection;
import org.mycoswarm.queue.domain.Requirement;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.engine.Answer;
import org.mycoswarm.queue.engine.MailboxFull;
import org.mycoswarm.schema.wire.JobView;

/// The jobs of the runs of collections, in the live queue. They go behind what people wait for.
final class IndexWork implements Work {
  private static final JobSpec.Order ORDER =
      new JobSpec.Order("index", JobSpec.PRIORITY_USUAL - 1, 100, null);

  private final Admission admission;
  private final Orders orders;
  private final TaskSpecs specs;
  private final Lookups lookups;
  private final ResultTables results;

  IndexWork(
      Admission admission, Orders orders, TaskSpecs specs, Lookups lookups, ResultTables results) {
    this.admission = admission;
    this.orders = orders;
    this.specs = specs;
    this.lookups = lookups;
    this.results = results;
  }

  @Override
  public boolean submit(JobId job, String name, String kind, Object detail, List<Task> tasks)
      throws InterruptedException {
    JobSpec spec = new JobSpec(name, kind, EmbedJobs.text(detail), List.of(), null, ORDER);
    SubmitJob command = new SubmitJob(job, spec, tasks.stream().map(this::task).toList());
    return isIn(command);
  }

  private TaskSpec task(Task task) {
    return specs
        .usual(
            new Requirement(task.kind(), task.model()),
            task.label(),
            EmbedJobs.text(task.payload()),
            task.blobs())
        .costing(task.cost());
  }

  private boolean isIn(SubmitJob command) throws InterruptedException {
    if (!admission.takesMore()) {
      return false;
    }
    try {
      return switch (orders.ask("index.submit", command)) {
        case Answer.Accepted accepted -> {
          admission.submitted(accepted.position(), command.tasks().size());
          yield true;
        }
        case Answer.Repeated _ -> true;
        case Answer.Rejected(Rejection.JobExists _) -> true;
        case Answer.Rejected(Rejection.QueueFull _) -> false;
        case Answer.Rejected(Rejection why) -> throw Problems.of(why);
      };
    } catch (MailboxFull e) {
      return false;
    }
  }

  @Override
  public Optional<JobView> job(JobId job) throws InterruptedException {
    return lookups.jobOnceKnown(job);
  }

  @Override
  public List<Ended> ended(JobId job, long after) {
    return results.ended(job, after).stream()
        .map(
            task ->
                new Ended(
                    task.number(), task.state(), task.reason(), task.result(), task.position()))
        .toList();
  }

  @Override
  public List<String> payloads(JobId job) {
    return results.payloads(job);
  }

  @Override
  public void cancel(JobId job) throws InterruptedException {
    Answer _ = orders.ask("index.cancel", new CancelJob(job));
  }
}
