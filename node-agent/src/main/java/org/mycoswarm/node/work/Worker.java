package org.mycoswarm.node.work;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.node.client.BrokerProblem;
import org.mycoswarm.schema.wire.LeaseGrant;
import org.mycoswarm.schema.wire.ResultReport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does one task after the other until there are no more. One broken task never ends it.
final class Worker implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  private final HeldTasks tasks;
  private final Supplier<Executors> executors;
  private final Consumer<OutOfMemoryError> onOutOfMemory;

  /// @param executors made in the worker's own thread, and closed there
  Worker(HeldTasks tasks, Supplier<Executors> executors, Consumer<OutOfMemoryError> onOutOfMemory) {
    this.tasks = tasks;
    this.executors = executors;
    this.onOutOfMemory = onOutOfMemory;
  }

  @Override
  public void run() {
    try (Executors mine = executors.get()) {
      for (Optional<HeldTask> task = tasks.take(); task.isPresent(); task = tasks.take()) {
        tasks.end(task.get(), work(mine, task.get()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Holds each stage in a thread of its own, beside the workers: a stage lasts as long as its
  /// pipeline, and a node with one worker goes on with other tasks.
  ///
  /// @param begun told of each thread
  void holdStages(Consumer<Thread> begun) {
    try {
      for (Optional<HeldTask> stage = tasks.takeStage();
          stage.isPresent();
          stage = tasks.takeStage()) {
        HeldTask task = stage.get();
        begun.accept(
            Thread.ofPlatform()
                .daemon()
                .name("stage " + task.grant().label())
                .start(() -> hold(task)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void hold(HeldTask task) {
    try (Executors mine = executors.get()) {
      tasks.end(task, work(mine, task));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// @return null when nobody wants the result
  private @Nullable ResultReport work(Executors mine, HeldTask task) throws InterruptedException {
    LeaseGrant grant = task.grant();
    try {
      task.check();
      TaskExecutor executor =
          mine.forKind(grant.kind()).orElseThrow(() -> unknownKind(grant.kind()));
      return Reports.completed(grant.lease(), executor.execute(grant, task));
    } catch (Unwanted e) {
      LOG.info("Dropped '{}' ({} of '{}')", grant.lease(), grant.kind(), grant.label());
      return null;
    } catch (TaskFailed e) {
      LOG.info("Failed '{}': {}", grant.lease(), e.getMessage());
      return Reports.failed(grant.lease(), String.valueOf(e.getMessage()), e.isRetryable());
    } catch (BrokerProblem e) {
      LOG.warn("Failed '{}': {}", grant.lease(), e.getMessage());
      return Reports.failed(grant.lease(), String.valueOf(e.getMessage()), e.status() != 413);
    } catch (RuntimeException | StackOverflowError | LinkageError e) {
      LOG.error("Failed '{}' by an error of the program", grant.lease(), e);
      return Reports.failed(grant.lease(), e.getClass().getName() + ": " + e.getMessage(), true);
    } catch (OutOfMemoryError e) {
      // What else this JVM still holds intact nobody knows: say so and end the process.
      onOutOfMemory.accept(e);
      return Reports.failed(
          grant.lease(), "The node ran out of memory with this task and ends now", true);
    }
  }

  private static TaskFailed unknownKind(String kind) {
    return TaskFailed.retryable(
        "Expected a task of a kind that this node does, but it is '%s'; other nodes may do it"
            .formatted(kind));
  }
}
