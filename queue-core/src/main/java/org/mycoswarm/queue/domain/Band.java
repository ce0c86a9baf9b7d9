package org.mycoswarm.queue.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// The ready tasks of one line that have the same priority: shared fairly between submitters, then
/// between the jobs of each, and within a job in the order of their numbers.
final class Band {
  static final class SubmitterFlow extends FairQueue.Flow {
    final String submitter;
    final FairQueue<JobFlow> jobs = new FairQueue<>();

    SubmitterFlow(String submitter) {
      this.submitter = submitter;
    }
  }

  final Line line;
  final int priority;
  final FairQueue<SubmitterFlow> waiting = new FairQueue<>();

  /// Who has nothing that is ready, and got more than its share before: else whoever brings one
  /// dear task after the other, never two, would get more than all others.
  final FairQueue<SubmitterFlow> indebted = new FairQueue<>();

  private final Map<String, SubmitterFlow> submitters = new HashMap<>();

  /// When it was served last, or when it got its first task if that is later.
  Instant since = Instant.EPOCH;

  Band(Line line, int priority) {
    this.line = line;
    this.priority = priority;
  }

  /// The flow may be served: it has ready tasks, and its job is not paused.
  void enter(JobFlow flow, long costMax, Instant at) {
    if (waiting.isEmpty()) {
      since = at;
    }
    SubmitterFlow submitter = submitters.get(flow.job.job.order().submitter());
    if (submitter == null) {
      submitter = submitter(flow);
      waiting.enter(submitter, costMax);
    } else if (submitter.jobs.isEmpty()) {
      indebted.leave(submitter);
      waiting.enterAgain(submitter, costMax);
    }
    submitter.jobs.enter(flow, costMax);
  }

  void leave(JobFlow flow) {
    SubmitterFlow submitter = submitter(flow);
    submitter.jobs.leave(flow);
    if (submitter.jobs.isEmpty()) {
      waiting.leave(submitter);
      indebted.add(submitter);
      forgive();
    }
  }

  void charge(JobFlow flow, long cost, Instant at) {
    SubmitterFlow submitter = submitter(flow);
    submitter.jobs.charge(flow, cost);
    waiting.charge(submitter, cost);
    forgive();
    since = at;
  }

  /// The others have got as much by now.
  private void forgive() {
    while (!indebted.isEmpty() && !waiting.isAhead(indebted.first())) {
      SubmitterFlow first = indebted.first();
      indebted.leave(first);
      submitters.remove(first.submitter);
    }
  }

  /// Puts everyone where they were when it was written down.
  void restore(StateImage.BandImage image, Function<StateImage.Place, JobFlow> flows) {
    since = image.since();
    waiting.restore(image.virtualTime(), image.lastCost(), image.nextTurn());
    for (StateImage.SubmitterImage each : image.submitters()) {
      SubmitterFlow submitter = submitters.computeIfAbsent(each.submitter(), SubmitterFlow::new);
      submitter.jobs.restore(each.virtualTime(), each.lastCost(), each.nextTurn());
      (each.jobs().isEmpty() ? indebted : waiting).restore(submitter, each.turn(), each.tag());
      for (StateImage.Place place : each.jobs()) {
        JobFlow flow = flows.apply(place);
        flow.band = this;
        submitter.jobs.restore(flow, place.turn(), place.tag());
      }
    }
  }

  StateImage.BandImage image() {
    return new StateImage.BandImage(
        priority,
        since,
        waiting.virtualTime(),
        waiting.lastCost(),
        waiting.nextTurn(),
        submitters().map(Band::image).toList());
  }

  private static StateImage.SubmitterImage image(SubmitterFlow submitter) {
    List<StateImage.Place> jobs = new ArrayList<>();
    for (JobFlow flow : submitter.jobs.flows()) {
      jobs.add(new StateImage.Place(flow.job.job.id(), flow.turn, flow.tag));
    }
    return new StateImage.SubmitterImage(
        submitter.submitter,
        submitter.turn,
        submitter.tag,
        submitter.jobs.virtualTime(),
        submitter.jobs.lastCost(),
        submitter.jobs.nextTurn(),
        jobs);
  }

  /// Whoever has a place in it, those that wait first.
  Stream<SubmitterFlow> submitters() {
    return Stream.of(waiting, indebted)
        .flatMap(queue -> StreamSupport.stream(queue.flows().spliterator(), false));
  }

  /// How many ready tasks it has.
  long ready() {
    long sum = 0;
    for (SubmitterFlow submitter : waiting.flows()) {
      for (JobFlow flow : submitter.jobs.flows()) {
        sum += flow.ready().count();
      }
    }
    return sum;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
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
    private final FairWalk<SubmitterFlow, SubmitterTurn> submitters =
        new FairWalk<>(waiting, SubmitterTurn::new);
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

  private static final class JobTurn extends FairWalk.Turn<JobFlow> {
    private int from;

    private JobTurn(JobFlow flow) {
      super(flow);
    }
  }

  private static final class SubmitterTurn extends FairWalk.Turn<SubmitterFlow> {
    private final FairWalk<JobFlow, JobTurn> jobs;

    private SubmitterTurn(SubmitterFlow flow) {
      super(flow);
      jobs = new FairWalk<>(flow.jobs, JobTurn::new);
    }
  }
}
