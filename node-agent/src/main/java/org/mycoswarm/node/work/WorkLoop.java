package org.mycoswarm.node.work;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.node.client.BrokerLink;
import org.mycoswarm.node.client.BrokerProblem;
import org.mycoswarm.schema.wire.Left;
import org.mycoswarm.schema.wire.NodeRegistered;
import org.mycoswarm.schema.wire.ResultReport;
import org.mycoswarm.schema.wire.WorkAnswer;
import org.mycoswarm.schema.wire.WorkRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the workers busy: one call brings results in and tasks out.
///
/// The fetcher reports what has ended at once and asks for more in the same call. When nothing has
/// ended it waits at the broker for work; what ends meanwhile the reporter brings, so that no
/// result waits for a long poll. Twice as many tasks as workers are held, so that a worker finds
/// its next task here.
public final class WorkLoop {
  private static final Logger LOG = LoggerFactory.getLogger(WorkLoop.class);

  /// A broker that answers a long poll at once with nothing must not make us spin.
  private static final Duration EMPTY_ANSWER_PAUSE = Duration.ofMillis(250);

  private static final Duration REFUSED_PAUSE = Duration.ofSeconds(3);

  /// Registers the node with its broker.
  @FunctionalInterface
  public interface Registration {
    NodeRegistered register() throws InterruptedException, BrokerProblem;
  }

  private final String node;
  private final BrokerLink link;
  private final Registration registration;
  private final @Nullable Long costMax;
  private final ReentrantLock registering = new ReentrantLock();
  private final AtomicInteger registrations = new AtomicInteger(1);
  private final HeldTasks tasks;
  private final NodeRegistered registered;
  private final List<Thread> workers = new CopyOnWriteArrayList<>();
  private final List<Thread> callers = new ArrayList<>();
  private final Thread leaseKeeper;

  /// What the broker said last.
  private volatile String mode = "active";

  /// Starts working.
  ///
  /// @param registered what the broker answered the first registration
  /// @param heldMax how many leases the broker gives to one node
  /// @param costMax how much the tasks leased by one call may cost together
  /// @param executors made once for each worker, in its thread
  /// @param stageExecutors made once for each stage that is held, in its thread
  public WorkLoop(
      String node,
      BrokerLink link,
      NodeRegistered registered,
      Registration registration,
      int workerCount,
      int heldMax,
      @Nullable Long costMax,
      Supplier<Executors> executors,
      Supplier<Executors> stageExecutors,
      Consumer<OutOfMemoryError> onOutOfMemory) {
    this.node = node;
    this.link = link;
    this.registered = registered;
    this.registration = registration;
    this.costMax = costMax;
    this.tasks = new HeldTasks(Math.clamp(heldMax, 1, 2 * workerCount));
    Duration heartbeat = Duration.ofSeconds(Math.max(1, registered.heartbeatSeconds()));
    for (int i = 1; i <= workerCount; i++) {
      workers.add(start("worker-" + i, new Worker(tasks, executors, onOutOfMemory)));
    }
    Worker holder = new Worker(tasks, stageExecutors, onOutOfMemory);
    workers.add(start("stages", () -> holder.holdStages(workers::add)));
    this.leaseKeeper =
        start("lease-keeper", new LeaseKeeper(node, link, tasks, heartbeat, this::obey));
    callers.add(start("reporter", () -> patiently(this::report)));
    callers.add(start("fetcher", () -> patiently(this::fetch)));
  }

  /// Takes no more work, gives the workers some time, reports what is done and leaves, which hands
  /// back the rest. The workers have ended when it returns true.
  public boolean stop(Duration grace) throws InterruptedException {
    tasks.stop();
    callers.forEach(Thread::interrupt);
    for (Thread caller : callers) {
      caller.join(Duration.ofSeconds(2));
    }
    tasks.handBack();
    reportRest();
    tasks.awaitIdle(grace);
    leaseKeeper.interrupt();
    leaseKeeper.join(Duration.ofSeconds(2));
    if (reportRest()) {
      leave();
    }
    link.close();
    return joined(Duration.ofSeconds(3));
  }

  /// @return whether there is a broker to talk to
  private boolean reportRest() throws InterruptedException {
    List<ResultReport> rest = tasks.takeUnreported();
    if (rest.isEmpty()) {
      return true;
    }
    try {
      link.once(broker -> broker.work(node, new WorkRequest(rest, 0, 0)));
      tasks.answered(rest);
      long released = rest.stream().filter(report -> report.status().equals("released")).count();
      LOG.info("Reported {} results and handed back {} tasks", rest.size() - released, released);
      return true;
    } catch (IOException | BrokerProblem e) {
      LOG.warn(
          "Expected to report {} results, but: {}; unless a last try goes well, these tasks run again"
              + " elsewhere when their leases expire",
          rest.size(),
          e.getMessage());
      return e instanceof BrokerProblem;
    }
  }

  /// Hands back what is not done, also what the broker leased to a call of ours that was cut off.
  private void leave() throws InterruptedException {
    try {
      Left left = link.once(broker -> broker.leave(node));
      LOG.info("Left the broker and handed back {} tasks", left.released().size());
    } catch (IOException | BrokerProblem e) {
      LOG.warn(
          "Expected to leave the broker in order, but: {}; what this node still holds runs elsewhere"
              + " when the leases expire",
          e.getMessage());
    }
  }

  private boolean joined(Duration within) throws InterruptedException {
    boolean all = true;
    // The list grows until the thread that begins stages has ended, which comes before them.
    for (int i = 0; i < workers.size(); i++) {
      all &= workers.get(i).join(within);
    }
    return all;
  }

  private void fetch() throws InterruptedException, BrokerProblem {
    for (Optional<HeldTasks.Turn> turn = tasks.nextTurn();
        turn.isPresent();
        turn = tasks.nextTurn()) {
      List<ResultReport> results = turn.get().results();
      int wait = results.isEmpty() ? registered.pollSecondsMax() : 0;
      long asked = System.nanoTime();
      WorkAnswer answer;
      try {
        answer = exchange(results, turn.get().want(), wait);
      } finally {
        tasks.unpark();
      }
      Duration took = Duration.ofNanos(System.nanoTime() - asked);
      if (wait > 0 && answer.leases().isEmpty() && took.compareTo(EMPTY_ANSWER_PAUSE) < 0) {
        Thread.sleep(EMPTY_ANSWER_PAUSE);
      }
    }
  }

  private void report() throws InterruptedException, BrokerProblem {
    for (var ended = tasks.endedMeanwhile(); ended.isPresent(); ended = tasks.endedMeanwhile()) {
      exchange(ended.get(), 0, 0);
    }
  }

  private WorkAnswer exchange(List<ResultReport> results, int want, int wait)
      throws InterruptedException, BrokerProblem {
    try {
      WorkAnswer answer = call(results, want, wait);
      // First of all: an interrupt below must not lose what was leased to us.
      tasks.add(answer.leases());
      obey(answer.mode());
      dropRefused(results, answer);
      tasks.answered(results);
      return answer;
    } catch (BrokerProblem e) {
      if (e.status() / 100 != 4 || e.status() == 401 || e.status() == 403 || results.isEmpty()) {
        tasks.notTaken(results);
        throw e;
      }
      LOG.error("The broker does not take {} reports together", results.size(), e);
      for (ResultReport report : results) {
        alone(report);
      }
      return new WorkAnswer(List.of(), List.of(), mode);
    }
  }

  /// A node that is drained asks on: the broker lets it wait the longest poll, and gives it work
  /// again when a person resumes it.
  private void obey(@Nullable String now) {
    if (now == null) {
      return; // an older broker
    }
    if (now.equals("draining")) {
      tasks.handBack();
    }
    if (!now.equals(mode)) {
      LOG.info("The broker has this node {} now; it was {}", now, mode);
      mode = now;
    }
  }

  /// Registers again when the broker does not know this node, as after its data were lost.
  private WorkAnswer call(List<ResultReport> results, int want, int wait)
      throws InterruptedException, BrokerProblem {
    WorkRequest request = new WorkRequest(results, want, wait, costMax);
    int seen = registrations.get();
    try {
      return link.call(broker -> broker.work(node, request));
    } catch (BrokerProblem e) {
      if (e.status() != 404) {
        throw e;
      }
      registerAgain(seen);
      return link.call(broker -> broker.work(node, request));
    }
  }

  /// Once, though fetcher and reporter both notice.
  ///
  /// @param seen how often it was registered before the broker denied it
  private void registerAgain(int seen) throws InterruptedException, BrokerProblem {
    registering.lock();
    try {
      if (registrations.get() == seen) {
        LOG.info("The broker does not know this node; registering again");
        registration.register();
        registrations.incrementAndGet();
      }
    } finally {
      registering.unlock();
    }
  }

  /// One report of several is not in order, and the broker does not say which: each for itself
  /// then, and what is still not taken becomes a failure with the broker's reason. Interrupted, it
  /// leaves the report among those that the farewell brings.
  private void alone(ResultReport report) throws InterruptedException {
    List<ResultReport> one = List.of(report);
    try {
      dropRefused(one, link.call(broker -> broker.work(node, new WorkRequest(one, 0, 0))));
    } catch (BrokerProblem e) {
      failInstead(report, e.detail());
    }
    tasks.answered(one);
  }

  private void failInstead(ResultReport report, String detail) throws InterruptedException {
    ResultReport failed =
        Reports.failed(report.lease(), "The broker refused the result: " + detail, true);
    try {
      link.call(broker -> broker.work(node, new WorkRequest(List.of(failed), 0, 0)));
    } catch (BrokerProblem e) {
      LOG.error(
          "Expected to report '{}' as failed, but its lease has to expire", report.lease(), e);
    }
  }

  /// Mostly somebody else has the task by now. A report that was not in order is refused too: then
  /// the lease is still ours, and failing it gives the task its true reason at once. For a lease
  /// that is not held that changes nothing.
  private void dropRefused(List<ResultReport> results, WorkAnswer answer)
      throws InterruptedException {
    for (WorkAnswer.ReportAnswer refused : answer.results()) {
      if (refused.status().equals("refused")) {
        LOG.info(
            "The result of '{}' was refused and is dropped: {}", refused.lease(), refused.reason());
        for (ResultReport report : results) {
          if (report.lease().equals(refused.lease()) && report.status().equals("completed")) {
            failInstead(report, String.valueOf(refused.reason()));
          }
        }
      }
    }
  }

  private interface Calling {
    void go() throws InterruptedException, BrokerProblem;
  }

  /// A broker that refuses a call may take it later, after a person has set it right.
  private void patiently(Calling calling) {
    String said = "";
    while (true) {
      try {
        calling.go();
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (BrokerProblem e) {
        String message = String.valueOf(e.getMessage());
        if (!message.equals(said)) {
          said = message;
          LOG.error("{}; trying again every {} s", message, REFUSED_PAUSE.toSeconds());
        }
      }
      try {
        Thread.sleep(REFUSED_PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static Thread start(String name, Runnable work) {
    return Thread.ofPlatform().daemon().name(name).start(work);
  }
}
