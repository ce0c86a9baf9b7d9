package org.mycoswarm.queue.domain;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mycoswarm.queue.domain.Event.BrokerStarted;
import org.mycoswarm.queue.domain.Event.JobCancelled;
import org.mycoswarm.queue.domain.Event.JobFinished;
import org.mycoswarm.queue.domain.Event.JobSubmitted;
import org.mycoswarm.queue.domain.Event.LeaseEnding;
import org.mycoswarm.queue.domain.Event.NodeRegistered;
import org.mycoswarm.queue.domain.Event.TaskBuried;
import org.mycoswarm.queue.domain.Event.TaskLeased;
import org.mycoswarm.queue.domain.Event.TaskSucceeded;
import org.mycoswarm.queue.domain.Event.TasksAdded;

/// Every job and task that has not ended, every node, and the indexes over them. Mutable, and owned
/// by one thread: the writer. What has ended leaves: its history is in the log and in the tables.
public final class QueueState implements QueueView {
  /// One task in the line of those with its requirement. Waiting tasks stand at their own time in a
  /// line of their own.
  private record Place(Instant from, long order, TaskId task) {
    static final Comparator<Place> IN_ORDER =
        Comparator.comparing(Place::from)
            .thenComparingLong(Place::order)
            .thenComparing(p -> p.task().toString());
  }

  /// The tasks with one requirement that are, or will be, leasable.
  private static final class Line {
    final TreeMap<Long, TaskId> ready = new TreeMap<>();
    final TreeSet<Place> waiting = new TreeSet<>(Place.IN_ORDER);

    boolean isEmpty() {
      return ready.isEmpty() && waiting.isEmpty();
    }

    Optional<Instant> nextDue(Instant now) {
      return waiting.stream().map(Place::from).filter(from -> from.isAfter(now)).findFirst();
    }
  }

  private final int keysMax;
  private final Map<JobId, Job> jobs = new HashMap<>();
  private final Map<TaskId, Task> tasks = new HashMap<>();
  private final Map<TaskId, Long> orders = new HashMap<>();
  private final Map<Requirement, Line> lines = new LinkedHashMap<>();
  private final Map<NodeId, NodeProfile> nodes = new HashMap<>();
  private final Map<NodeId, Integer> leases = new HashMap<>();
  private final Map<String, KeyedJob> keys = new LinkedHashMap<>();
  private long nextOrder;

  public QueueState(Limits limits) {
    this.keysMax = limits.keysMax();
  }

  /// Makes one event of the log part of the state.
  ///
  /// @throws IllegalStateException when the event cannot follow those before it: the log is not one
  ///     this program wrote
  public void apply(Event event) {
    switch (event) {
      case BrokerStarted _ -> {}
      case NodeRegistered e -> nodes.put(e.node(), e.profile());
      case JobSubmitted e -> submitted(e);
      case TasksAdded e -> added(e);
      case TaskLeased e -> leased(e);
      case LeaseEnding e -> put(held(e.lease()).endedBy(e));
      case TaskSucceeded e -> {
        remove(held(e.lease()));
        jobs.computeIfPresent(e.lease().task().job(), (_, job) -> job.oneSucceeded());
      }
      case TaskBuried e -> {
        remove(known(e.task()));
        jobs.computeIfPresent(e.task().job(), (_, job) -> job.oneBuried());
      }
      case JobCancelled e -> ended(e.job());
      case JobFinished e -> ended(e.job());
    }
  }

  @Override
  public Optional<Job> job(JobId id) {
    return Optional.ofNullable(jobs.get(id));
  }

  @Override
  public Optional<Task> task(TaskId id) {
    return Optional.ofNullable(tasks.get(id));
  }

  @Override
  public Optional<NodeProfile> node(NodeId id) {
    return Optional.ofNullable(nodes.get(id));
  }

  @Override
  public Stream<Task> tasksOf(JobId id) {
    return job(id).stream()
        .flatMap(job -> IntStream.range(0, job.tasks()).mapToObj(number -> new TaskId(id, number)))
        .flatMap(task -> task(task).stream());
  }

  @Override
  public Collection<Requirement> wanted() {
    return Collections.unmodifiableSet(lines.keySet());
  }

  @Override
  public Stream<Task> leasable(Requirement requirement, Instant now) {
    Line line = lines.get(requirement);
    if (line == null) {
      return Stream.empty();
    }
    Stream<TaskId> due =
        line.waiting.stream().takeWhile(place -> !place.from().isAfter(now)).map(Place::task);
    return Stream.concat(due, line.ready.values().stream()).map(this::known);
  }

  @Override
  public long order(Task task) {
    return orders.getOrDefault(task.id(), Long.MAX_VALUE);
  }

  @Override
  public int leasesOf(NodeId node) {
    return leases.getOrDefault(node, 0);
  }

  @Override
  public int openTasks() {
    return tasks.size();
  }

  @Override
  public Optional<KeyedJob> keyed(String key) {
    return Optional.ofNullable(keys.get(key));
  }

  /// Every lease that is held, in no order.
  public Stream<Task.Leased> leases() {
    return tasks.values().stream()
        .filter(Task.Leased.class::isInstance)
        .map(Task.Leased.class::cast);
  }

  /// When the next task that still waits may be leased, if any does. Tasks that may be leased
  /// already are passed over: whoever can do them was asked when they fell due.
  public Optional<Instant> nextDue(Instant now) {
    return lines.values().stream()
        .flatMap(line -> line.nextDue(now).stream())
        .min(Comparator.naturalOrder());
  }

  public Stream<NodeId> nodes() {
    return nodes.keySet().stream();
  }

  /// SHA-256 over everything a decision can depend on. Two states that came from the same entries
  /// have the same hash.
  public String hash() {
    MessageDigest sha = sha256();
    digest(sha, jobs);
    digest(sha, tasks);
    digest(sha, orders);
    digest(sha, nodes);
    digest(sha, leases);
    keys.forEach((key, job) -> sha.update((key + "=" + job + "\n").getBytes(UTF_8)));
    sha.update(Long.toString(nextOrder).getBytes(UTF_8));
    return HexFormat.of().formatHex(sha.digest());
  }

  private void submitted(JobSubmitted e) {
    if (jobs.containsKey(e.job())) {
      throw new IllegalStateException(
          "Expected job '%s' to be new, but it is submitted twice in the log".formatted(e.job()));
    }
    jobs.put(e.job(), Job.born(e.job(), e.spec(), e.tasks().size()));
    add(e.job(), 0, e.tasks());
    JobSpec.IdempotencyKey key = e.spec().key();
    if (key != null) {
      keys.put(key.value(), new KeyedJob(e.job(), key.fingerprint()));
      if (keys.size() > keysMax) {
        keys.remove(keys.keySet().iterator().next());
      }
    }
  }

  private void added(TasksAdded e) {
    Job job = jobs.get(e.job());
    if (job == null || job.tasks() != e.first()) {
      throw new IllegalStateException(
          "Expected tasks to be added behind those of a running job, but found %s for job '%s'"
              .formatted(job, e.job()));
    }
    jobs.put(e.job(), job.added(e.tasks().size()));
    add(e.job(), e.first(), e.tasks());
  }

  private void add(JobId job, int first, List<TaskSpec> specs) {
    for (int i = 0; i < specs.size(); i++) {
      put(new Task.Ready(new TaskId(job, first + i), specs.get(i), 0, 0));
    }
  }

  private void leased(TaskLeased e) {
    Task task = known(e.lease().task());
    if (task instanceof Task.Leased || task.attempt() + 1 != e.lease().attempt()) {
      throw new IllegalStateException(
          "Expected lease '%s' to follow %s".formatted(e.lease(), task));
    }
    put(new Task.Leased(task.id(), task.spec(), e.lease().attempt(), task.failures(), e.node()));
  }

  private void ended(JobId id) {
    tasksOf(id).toList().forEach(this::remove);
    if (jobs.remove(id) == null) {
      throw new IllegalStateException(
          "Expected job '%s' to run, but it ended before or never was".formatted(id));
    }
  }

  private Task known(TaskId id) {
    Task task = tasks.get(id);
    if (task == null) {
      throw new IllegalStateException(
          "Expected task '%s' to be open, but it has ended or never was".formatted(id));
    }
    return task;
  }

  private Task.Leased held(LeaseId lease) {
    if (tasks.get(lease.task()) instanceof Task.Leased task && task.attempt() == lease.attempt()) {
      return task;
    }
    throw new IllegalStateException(
        "Expected lease '%s' to be held, but found %s".formatted(lease, tasks.get(lease.task())));
  }

  /// Puts a task into the state and the indexes, in the place of what it was before.
  private void put(Task task) {
    Task before = tasks.put(task.id(), task);
    if (before != null) {
      unindex(before);
    }
    switch (task) {
      case Task.Ready t ->
          line(t).ready.put(orders.computeIfAbsent(t.id(), _ -> nextOrder++), t.id());
      case Task.Waiting t -> line(t).waiting.add(place(t));
      case Task.Leased t -> leases.merge(t.node(), 1, Integer::sum);
    }
  }

  private void remove(Task task) {
    tasks.remove(task.id());
    unindex(task);
    orders.remove(task.id());
  }

  private void unindex(Task task) {
    switch (task) {
      case Task.Ready t -> line(t).ready.remove(order(t));
      case Task.Waiting t -> line(t).waiting.remove(place(t));
      case Task.Leased t -> leases.computeIfPresent(t.node(), (_, n) -> n == 1 ? null : n - 1);
    }
    lines.computeIfPresent(task.spec().requirement(), (_, line) -> line.isEmpty() ? null : line);
  }

  private Line line(Task task) {
    return lines.computeIfAbsent(task.spec().requirement(), _ -> new Line());
  }

  private Place place(Task.Waiting task) {
    return new Place(task.until(), order(task), task.id());
  }

  private static void digest(MessageDigest sha, Map<?, ?> map) {
    map.entrySet().stream()
        .map(entry -> entry + "\n")
        .sorted()
        .forEach(line -> sha.update(line.getBytes(UTF_8)));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
