package org.mycoswarm.queue.simulation;

import static org.mycoswarm.queue.simulation.Violation.Promise.FAIR_SHARES;
import static org.mycoswarm.queue.simulation.Violation.Promise.NOTHING_STARVES;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.mycoswarm.queue.domain.JobSpec;
import org.mycoswarm.queue.domain.TaskId;

/// Who gets how much. While two submitters both have tasks that could be leased, of the same kind
/// and priority, neither may get much more than the other; and while tasks of one priority are
/// leased, those of a lower one may not wait for ever.
final class Shares {
  /// As far as start-time fair queueing lets two flows be apart.
  private static final long APART_MAX = 2L * Plan.COST_MAX;

  /// Ageing steps after which a band goes first, whatever the priorities.
  private static final int STEPS = JobSpec.PRIORITY_MAX + 2;

  /// Steps after which each of three nodes keeps its slots for a task that needs many.
  private static final int STEPS_TO_GATHER = 3 * (JobSpec.PRIORITY_MAX + 1) + 2;

  private record Band(String line, int priority) {}

  /// Since when a band has tasks and got nothing; not known exactly when time alone made them
  /// ready.
  private record Since(Instant earliest, Instant latest) {}

  /// What could be leased, by whose it is.
  private record Ready(Tale.OfTask one, Map<String, Set<TaskId>> of) {
    Ready(Tale.OfTask one) {
      this(one, new HashMap<>());
    }

    /// Whether a task of this submitter could be leased all the time since then.
    boolean goesOn(String submitter, Ready before) {
      return !Collections.disjoint(
          of.getOrDefault(submitter, Set.of()), before.of.getOrDefault(submitter, Set.of()));
    }

    boolean goesOn(Ready before) {
      return of.keySet().stream().anyMatch(submitter -> goesOn(submitter, before));
    }
  }

  private record Pair(Band band, String one, String other) {}

  private final Collection<Tale.OfJob> jobs;
  private final Duration ageing;
  private final Map<Pair, Long> ahead = new HashMap<>();
  private final Map<Band, Since> since = new HashMap<>();
  private Map<Band, Ready> ready = Map.of();
  private Instant observed = Instant.EPOCH;

  Shares(Collection<Tale.OfJob> jobs, Duration ageing) {
    this.jobs = jobs;
    this.ageing = ageing;
  }

  /// Something happened: who had nothing to do, were it only for a moment, starts afresh.
  void observe(Instant at) {
    Map<Band, Ready> before = ready;
    ready = ready(at);
    ahead.keySet().removeIf(pair -> !goesOn(pair, before));
    since.keySet().retainAll(ready.keySet());
    since.replaceAll(
        (band, known) -> goesOn(band, before) ? known : orAfresh(band, before, known, at));
    ready.keySet().forEach(band -> since.putIfAbsent(band, new Since(observed, at)));
    observed = at;
  }

  private boolean goesOn(Band band, Map<Band, Ready> before) {
    Ready then = before.get(band);
    return then != null && ready.getOrDefault(band, then).goesOn(then);
  }

  /// None of its tasks is one it had before. It may have been empty in between, or have got these
  /// by time alone while it still had those.
  private Since orAfresh(Band band, Map<Band, Ready> before, Since known, Instant at) {
    return new Since(before.containsKey(band) ? known.earliest() : observed, at);
  }

  private boolean goesOn(Pair pair, Map<Band, Ready> before) {
    Ready now = ready.get(pair.band());
    Ready then = before.get(pair.band());
    return now != null
        && then != null
        && now.goesOn(pair.one(), then)
        && now.goesOn(pair.other(), then);
  }

  /// Which other tasks the node of a lease could have had instead.
  ///
  /// @param inTime once enough of its slots are free
  record Instead(Predicate<Tale.OfTask> now, Predicate<Tale.OfTask> inTime) {}

  /// A task is about to be leased.
  void lease(Tale.OfJob job, Tale.OfTask task, Instant at, Instead instead) {
    observe(at);
    Band band = new Band(task.line(), job.spec.order().priority());
    expectNobodyStarves(band, task, at, instead);
    for (String other : submitters(band)) {
      if (!other.equals(job.submitter())) {
        ahead.merge(new Pair(band, other, job.submitter()), -task.spec.terms().cost(), Long::sum);
        long now =
            ahead.merge(
                new Pair(band, job.submitter(), other), task.spec.terms().cost(), Long::sum);
        if (now > APART_MAX) {
          throw new Violation(
              FAIR_SHARES,
              "%s got %d more of %s than %s, who had tasks all the time"
                  .formatted(job.submitter(), now, band, other));
        }
      }
    }
  }

  private void expectNobodyStarves(Band served, Tale.OfTask task, Instant at, Instead instead) {
    Since now = new Since(at, at);
    Since mine = since.getOrDefault(served, now);
    boolean gathers = ready.values().stream().anyMatch(other -> gathers(other.one(), instead));
    for (Map.Entry<Band, Ready> each : ready.entrySet()) {
      Band band = each.getKey();
      Since its = since.getOrDefault(band, now);
      Tale.OfTask other = each.getValue().one();
      boolean slow = gathers && needsSlots(other) && !band.line().equals(served.line());
      boolean overtaken =
          slow
              ? needsSlots(task) && instead.inTime().test(other)
              : band.line().equals(served.line()) || instead.now().test(other);
      Duration patience = ageing.multipliedBy(slow ? STEPS_TO_GATHER : STEPS);
      if (overtaken && its.latest().plus(patience).isBefore(mine.earliest())) {
        throw new Violation(
            NOTHING_STARVES,
            "%s has waited since %s, and %s, which has waited since %s, goes first"
                .formatted(band, its, served, mine));
      }
    }
    since.put(served, now);
  }

  /// Whether slots of the node are kept for it, perhaps.
  private static boolean gathers(Tale.OfTask task, Instead instead) {
    return needsSlots(task) && instead.inTime().test(task) && !instead.now().test(task);
  }

  private static boolean needsSlots(Tale.OfTask task) {
    return !task.spec.requirement().resources().isNone();
  }

  private Set<String> submitters(Band band) {
    Ready now = ready.get(band);
    return now == null ? Set.of() : now.of().keySet();
  }

  private Map<Band, Ready> ready(Instant at) {
    Map<Band, Ready> found = new HashMap<>();
    for (Tale.OfJob job : jobs) {
      if (!job.ended && !job.paused) {
        for (Tale.OfTask task : job.tasks) {
          if (task.kept(job, at).isEmpty()) {
            Band band = new Band(task.line(), job.spec.order().priority());
            found
                .computeIfAbsent(band, _ -> new Ready(task))
                .of()
                .computeIfAbsent(job.submitter(), _ -> new HashSet<>())
                .add(task.id);
          }
        }
      }
    }
    return found;
  }
}
