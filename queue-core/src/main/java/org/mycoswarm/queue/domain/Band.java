package org.mycoswarm.queue.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The ready tasks of one line that have the same priority: shared fairly between submitters, then
/// between the jobs of each, and within a job in the order of their numbers.
final class Band {
  static final class SubmitterFlow extends Ring.Flow<SubmitterFlow> {
    final String submitter;
    final Ring<JobFlow> jobs = new Ring<>();

    SubmitterFlow(String submitter) {
      this.submitter = submitter;
    }
  }

  final Line line;
  final int priority;
  final Ring<SubmitterFlow> ring = new Ring<>();
  private final Map<String, SubmitterFlow> submitters = new HashMap<>();

  /// When it was served last, or when it got its first task if that is later.
  Instant since = Instant.EPOCH;

  Band(Line line, int priority) {
    this.line = line;
    this.priority = priority;
  }

  /// The flow may be served: it has ready tasks, and its job is not paused.
  void enter(JobFlow flow, long costMax, Instant at) {
    if (ring.isEmpty()) {
      since = at;
    }
    SubmitterFlow submitter = submitter(flow);
    ring.mayCost(costMax);
    submitter.jobs.mayCost(costMax);
    if (submitter.jobs.isEmpty()) {
      ring.enter(submitter);
    }
    submitter.jobs.enter(flow);
  }

  void leave(JobFlow flow) {
    SubmitterFlow submitter = submitter(flow);
    submitter.jobs.leave(flow);
    if (submitter.jobs.isEmpty()) {
      ring.leave(submitter);
      submitters.remove(submitter.submitter);
    }
  }

  void charge(JobFlow flow, long cost, Instant at) {
    SubmitterFlow submitter = submitter(flow);
    submitter.jobs.charge(flow, cost);
    ring.charge(submitter, cost);
    since = at;
  }

  /// Puts everyone where they were when it was written down.
  void restore(StateImage.BandImage image, Function<StateImage.Place, JobFlow> flows) {
    since = image.since();
    ring.restore(image.quantum(), image.nextTurn());
    for (StateImage.SubmitterImage each : image.submitters()) {
      SubmitterFlow submitter = submitters.computeIfAbsent(each.submitter(), SubmitterFlow::new);
      submitter.jobs.restore(each.quantum(), each.nextTurn());
      ring.restore(submitter, each.turn(), each.credit());
      for (StateImage.Place place : each.jobs()) {
        JobFlow flow = flows.apply(place);
        flow.band = this;
        submitter.jobs.restore(flow, place.turn(), place.credit());
      }
    }
  }

  StateImage.BandImage image() {
    List<StateImage.SubmitterImage> all = new ArrayList<>();
    for (SubmitterFlow submitter : ring) {
      List<StateImage.Place> jobs = new ArrayList<>();
      for (JobFlow flow : submitter.jobs) {
        jobs.add(new StateImage.Place(flow.job.job.id(), flow.turn, flow.credit));
      }
      all.add(
          new StateImage.SubmitterImage(
              submitter.submitter,
              submitter.turn,
              submitter.credit,
              submitter.jobs.quantum(),
              submitter.jobs.nextTurn(),
              jobs));
    }
    return new StateImage.BandImage(priority, since, ring.quantum(), ring.nextTurn(), all);
  }

  void mayCost(JobFlow flow, long cost) {
    ring.mayCost(cost);
    submitter(flow).jobs.mayCost(cost);
  }

  /// How many ready tasks it has.
  long ready() {
    long sum = 0;
    for (SubmitterFlow submitter : ring) {
      for (JobFlow flow : submitter.jobs) {
        sum += flow.ready().count();
      }
    }
    return sum;
  }

  boolean isEmpty() {
    return ring.isEmpty();
  }

  /// The priority, and one more for every step of time in which the band got nothing: so nothing
  /// waits for ever.
  long effective(Instant since, Instant now, Duration step) {
    long waited = now.toEpochMilli() - since.toEpochMilli();
    return priority + Math.max(waited, 0) / step.toMillis();
  }

  private SubmitterFlow submitter(JobFlow flow) {
    return submitters.computeIfAbsent(flow.job.job.order().submitter(), SubmitterFlow::new);
  }

  /// The order in which the band would be served from now on.
  final class Walk {
    private final RingWalk<SubmitterFlow, SubmitterTurn> submitters =
        new RingWalk<>(ring, SubmitterTurn::new);
    private @Nullable Task next;
    Instant since = Band.this.since;

    /// The next task of a submitter that is wanted, or null.
    @Nullable Task next(Predicate<String> wanted) {
      while (next == null) {
        SubmitterTurn submitter = submitters.head();
        if (submitter == null) {
          return null;
        }
        JobTurn job = wanted.test(submitter.flow.submitter) ? submitter.jobs.head() : null;
        if (job == null) {
          submitters.drop();
          continue;
        }
        int number = job.flow.next(job.from);
        if (number < 0) {
          submitter.jobs.drop();
          continue;
        }
        job.from = number + 1;
        next = job.flow.job.known(number);
      }
      return next;
    }

    /// The next task is leased.
    void take(Instant now) {
      SubmitterTurn submitter = submitters.head();
      Task task = next;
      if (submitter == null || task == null) {
        throw new IllegalStateException("Expected a task to be next, but there is none");
      }
      JobTurn job = submitter.jobs.head();
      if (job != null) {
        submitter.jobs.charge(job, task.terms().cost());
      }
      submitters.charge(submitter, task.terms().cost());
      since = now;
      next = null;
    }

    /// The next task is passed over.
    void pass() {
      next = null;
    }

    Band band() {
      return Band.this;
    }
  }

  private static final class JobTurn extends RingWalk.Turn<JobFlow> {
    private int from;

    private JobTurn(JobFlow flow) {
      super(flow);
    }
  }

  private static final class SubmitterTurn extends RingWalk.Turn<SubmitterFlow> {
    private final RingWalk<JobFlow, JobTurn> jobs;

    private SubmitterTurn(SubmitterFlow flow) {
      super(flow);
      jobs = new RingWalk<>(flow.jobs, JobTurn::new);
    }
  }
}
