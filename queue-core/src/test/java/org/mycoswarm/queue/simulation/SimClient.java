package org.mycoswarm.queue.simulation;

import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.Command;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.Rejection;
import org.mycoswarm.queue.engine.Answer;

/// Somebody who submits one job, again and again under the same Idempotency-Key until it is
/// answered, and perhaps changes their mind later.
final class SimClient {
  private final World world;
  private final Plan plan;
  private final Choices.Stream choices;
  private final Link link;
  private final boolean cancels;
  private @Nullable JobId job;
  private boolean cancelled;
  private boolean refused;

  SimClient(World world, Plan plan, boolean cancels) {
    this.world = world;
    this.plan = plan;
    this.cancels = cancels;
    this.choices = world.choices.of(plan.name());
    this.link = world.link(plan.name());
  }

  void start() {
    world.agenda.in(choices.between(0, 8_000), this::submit);
  }

  boolean isDone() {
    return job != null || refused;
  }

  private void submit() {
    if (!isDone()) {
      // Whoever serves the request makes a job id of its own for each.
      ask(() -> Orders.submit(world.newJob(), plan, world.broker.now()), this::submitted);
      world.agenda.in(choices.between(400, 1_500), this::submit);
    }
  }

  private void submitted(Answer answer) {
    JobId before = job;
    switch (answer) {
      case Answer.Accepted accepted -> job = Orders.submitted(accepted.events());
      case Answer.Repeated repeated -> job = repeated.job();
      case Answer.Rejected(Rejection.AfterLast _) -> refused = true;
      case Answer.Rejected _ -> {}
    }
    if (before != null && !before.equals(job)) {
      throw new Violation(
          Violation.Promise.ONE_JOB_FOR_ONE_KEY,
          "%s was answered as job %s and as job %s".formatted(plan.name(), before, job));
    }
    if (before == null && cancels) {
      world.agenda.in(choices.between(0, 6_000), this::cancel);
    }
  }

  private void cancel() {
    JobId mine = job;
    if (mine != null && !cancelled) {
      ask(() -> new Command.CancelJob(mine), _ -> cancelled = true);
      world.agenda.in(choices.between(400, 1_500), this::cancel);
    }
  }

  private void ask(java.util.function.Supplier<Command> command, SimBroker.Caller caller) {
    link.send(
        () -> {
          Command order = command.get();
          world.broker.ask(
              order,
              answer -> {
                if (!(answer instanceof Answer.Accepted)) {
                  world.say(() -> "client %s: %s".formatted(plan.name(), answer));
                }
                link.send(() -> caller.answered(answer));
              });
        });
  }
}
