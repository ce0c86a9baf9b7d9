package org.mycoswarm.queue.domain;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.Event.BrokerStarted;
import org.mycoswarm.queue.domain.Event.JobEnding;
import org.mycoswarm.queue.domain.Event.JobFinished;
import org.mycoswarm.queue.domain.Event.JobForgotten;
import org.mycoswarm.queue.domain.Event.JobPaused;
import org.mycoswarm.queue.domain.Event.JobResumed;
import org.mycoswarm.queue.domain.Event.JobSubmitted;
import org.mycoswarm.queue.domain.Event.KindPolicySet;
import org.mycoswarm.queue.domain.Event.LateReport;
import org.mycoswarm.queue.domain.Event.LeaseEnding;
import org.mycoswarm.queue.domain.Event.NodeModeChanged;
import org.mycoswarm.queue.domain.Event.NodeRegistered;
import org.mycoswarm.queue.domain.Event.RecordPut;
import org.mycoswarm.queue.domain.Event.RecordRemoved;
import org.mycoswarm.queue.domain.Event.TaskBuried;
import org.mycoswarm.queue.domain.Event.TaskLeased;
import org.mycoswarm.queue.domain.Event.TaskSucceeded;
import org.mycoswarm.queue.domain.Event.TasksAdded;
import org.mycoswarm.queue.domain.Event.TasksRevived;
import org.mycoswarm.queue.domain.Event.ThrottleSet;

/// Every job that runs with its tasks, every node, and the indexes over them. Mutable, and owned by
/// one thread: the writer. What has ended leaves: its history is in the log and in the tables. Only
/// buried tasks stay for a while, to be revived.
///
/// Time is data here: [#apply] and [#advance] bring it, and tasks whose time has come become ready
/// in the order of their times. So the same entries always give the same state, whoever advances it
/// in between, and how often.
public final class QueueState implements QueueView {
  /// Jobs that have ended and whose late reports are still told apart from nonsense.
  private static final int ENDED_MAX = 10_000;

  private static final int SHARED_MAX = 10_000;

  private final Limits limits;
  final SpecStore specs;
  final Map<JobId, OpenJob> jobs = new HashMap<>();
  final Map<JobId, OpenJob> finished = new LinkedHashMap<>();
  final Map<JobId, Leasable> ended = new LinkedHashMap<>();
  final Map<String, KeyedJob> keys = new LinkedHashMap<>();
  final Map<String, KindPolicy> policies = new HashMap<>();
  final RecordShelf records = new RecordShelf();
  private final Map<Terms, Terms> terms = new HashMap<>();
  private final Map<JobSpec.Order, JobSpec.Order> orders = new HashMap<>();
  final TreeSet<Due> waiting = new TreeSet<>();
  final TreeSet<Due> deadlines = new TreeSet<>();
  final Map<NodeId, Set<TaskId>> leases = new HashMap<>();
  final Lines lines = new Lines();
  Instant time = Instant.EPOCH;
  int openTasks;
  int buriedOfFinished;

  /// @param specs empty, and used by this state alone
  public QueueState(Limits limits, SpecStore specs) {
    this.limits = limits;
    this.specs = specs;
  }

  public QueueState(Limits limits) {
    this(limits, new SpecsInMemory());
  }

  /// Makes one event of the log part of the state.
  ///
  /// @param at when its entry was decided
  /// @throws IllegalStateException when the event cannot follow those before it: the log is not one
  ///     this program wrote
  public void apply(Event event, Instant at) {
    advance(at);
    switch (event) {
      case BrokerStarted _, LateReport _ -> {}
      case NodeRegistered e -> lines.register(e.node(), e.profile());
      case NodeModeChanged e -> lines.mode(e.node(), e.mode());
      case JobSubmitted e -> submitted(e);
      case TasksAdded e -> added(e);
      case TaskLeased e -> leased(e);
      case LeaseEnding e -> leaseEnded(e);
      case TaskSucceeded e -> succeeded(e);
      case TaskBuried e -> buried(e);
      case TasksRevived e -> revived(e);
      case JobPaused e -> paused(e.job(), true);
      case JobResumed e -> paused(e.job(), false);
      case JobFinished e -> {
        finished(e.job());
        e.letGo().forEach(this::letGo);
      }
      case JobEnding e -> forget(running(e.job()));
      case JobForgotten e -> letGo(e.job());
      case ThrottleSet e -> lines.throttle(e.scope(), e.throttle(), time);
      case KindPolicySet e -> policies.put(e.kind(), e.policy());
      case RecordPut e -> records.put(e.record());
      case RecordRemoved e -> records.remove(e.id());
    }
  }

  /// Lets time pass: tasks whose start was put off, or whose retry is due, become ready. Going back
  /// does nothing.
  public void advance(Instant now) {
    if (!now.isAfter(time)) {
      return;
    }
    while (!waiting.isEmpty() && !waiting.first().at().isAfter(now)) {
      Due due = waiting.removeFirst();
      OpenJob job = running(due.job());
      Task.Ready task = new Task.Ready(job.known(due.number()).facts());
      job.set(due.number(), task);
      lines.ready(job, task, due.at());
    }
    lines.advance(now);
    time = now;
  }

  @Override
  public Optional<Job> job(JobId id) {
    return Optional.ofNullable(jobs.get(id)).map(job -> job.job);
  }

  @Override
  public Optional<Job> known(JobId id) {
    return Optional.ofNullable(find(id)).map(job -> job.job);
  }

  @Override
  public Optional<Task> task(TaskId id) {
    OpenJob job = find(id.job());
    return Optional.ofNullable(job == null ? null : job.task(id.number()));
  }

  @Override
  public TaskSpec spec(Task task) {
    return specs.get(task.facts().spec());
  }

  @Override
  public Optional<Node> node(NodeId id) {
    return lines.find(id);
  }

  @Override
  public Stream<Task> tasksOf(JobId id) {
    return Optional.ofNullable(find(id)).stream().flatMap(OpenJob::known);
  }

  @Override
  public List<Integer> dependents(TaskId task) {
    OpenJob job = find(task.job());
    return job == null ? List.of() : List.copyOf(job.dependentsOf(task.number()));
  }

  @Override
  public Stream<Task.Leased> leasesOf(NodeId node) {
    return leases.getOrDefault(node, Set.of()).stream()
        .map(task -> (Task.Leased) task(task).orElseThrow());
  }

  @Override
  public Collection<Line> readyLines(Node node) {
    return lines.readyFor(node);
  }

  @Override
  public Stream<Missed> missed(Instant now) {
    return deadlines.stream()
        .takeWhile(due -> !due.at().isAfter(now))
        .map(
            due -> new Missed(due.job(), due.isJob() ? null : new TaskId(due.job(), due.number())));
  }

  @Override
  public int openTasks() {
    return openTasks;
  }

  @Override
  public Stream<Job> finishedJobs() {
    return finished.values().stream().map(job -> job.job);
  }

  @Override
  public int buriedOfFinished() {
    return buriedOfFinished;
  }

  @Override
  public Optional<Leasable> leasable(JobId id) {
    OpenJob job = find(id);
    return Optional.ofNullable(job == null ? ended.get(id) : job.leasable());
  }

  @Override
  public Optional<KeyedJob> keyed(String key) {
    return Optional.ofNullable(keys.get(key));
  }

  @Override
  public Optional<KindPolicy> policy(String kind) {
    return Optional.ofNullable(policies.get(kind));
  }

  @Override
  public Throttle throttle(Throttle.Scope scope) {
    return lines.throttle(scope);
  }

  @Override
  public Optional<RecordVersion> record(RecordId id) {
    return records.get(id);
  }

  @Override
  public int records() {
    return records.count();
  }

  @Override
  public long recordBytes() {
    return records.bytes();
  }

  /// Every record, in no order.
  public Stream<RecordVersion> allRecords() {
    return records.all();
  }

  /// Every lease that is held, in no order.
  public Stream<Task.Leased> leases() {
    return leases.keySet().stream().flatMap(this::leasesOf);
  }

  /// What open tasks ask for, in no order; what several ask for may come more than once.
  public Stream<Requirement> requirements() {
    return lines.all().stream().map(Line::requirement);
  }

  /// Jobs that run, or have buried tasks, in no order.
  public Stream<Job> knownJobs() {
    return Stream.concat(jobs.values().stream(), finished.values().stream()).map(job -> job.job);
  }

  public Stream<NodeId> nodes() {
    return lines.nodes().stream().map(Node::id);
  }

  public Map<String, KindPolicy> policies() {
    return Map.copyOf(policies);
  }

  /// Every throttle that is set.
  public Map<Throttle.Scope, Throttle> throttles() {
    Map<Throttle.Scope, Throttle> all = new HashMap<>();
    lines.gates().stream()
        .filter(gate -> !gate.throttle.equals(Throttle.NONE))
        .forEach(gate -> all.put(gate.scope, gate.throttle));
    return all;
  }

  /// Until when the state knows of time.
  public Instant time() {
    return time;
  }

  /// When something happens next by itself: a task becomes ready, a throttle opens, or a deadline
  /// passes. One that has passed already is still given.
  public Optional<Instant> nextDue() {
    return nextDue(time);
  }

  public Optional<Instant> nextDue(Instant passed) {
    Stream<Instant> dues =
        Stream.of(waiting, deadlines).filter(set -> !set.isEmpty()).map(set -> set.first().at());
    return Stream.concat(dues, lines.opens(passed)).min(Comparator.naturalOrder());
  }

  /// Whether a task may have become leasable, since this was asked last, that this node can do.
  /// Asked with all nodes at once, as asking forgets.
  public Set<NodeId> takeStirred(Collection<NodeId> asking) {
    Set<NodeId> nodes = new TreeSet<>(Comparator.comparing(NodeId::value));
    if (lines.isAnythingStirred()) {
      asking.stream().filter(lines::isStirred).forEach(nodes::add);
      lines.calm();
    }
    return nodes;
  }

  /// A throttle may have opened.
  public void stirThrottled(Instant after, Instant until) {
    lines.stirThrottled(after, until);
  }

  /// SHA-256 over everything a decision can depend on, at the time the state knows of. Two states
  /// that came from the same entries and know of the same time have the same hash.
  public String hash() {
    MessageDigest sha = sha256();
    describe(line -> sha.update((line + "\n").getBytes(UTF_8)));
    return HexFormat.of().formatHex(sha.digest());
  }

  /// What [#hash] is made of, line by line: for whoever must find out why two states differ.
  public void describe(Consumer<String> out) {
    StateHash.write(this, out);
  }

  /// The whole state in pieces, for a snapshot.
  public Stream<StateImage> image() {
    return new ImageWriter(this).pieces();
  }

  /// Makes an empty state the one that was written down.
  ///
  /// @throws IllegalStateException when the pieces do not fit together
  public void restore(Iterator<StateImage> pieces) {
    new ImageReader(this).read(pieces);
  }

  private void submitted(JobSubmitted e) {
    if (find(e.job()) != null) {
      throw new IllegalStateException(
          "Expected job '%s' to be new, but it is submitted twice in the log".formatted(e.job()));
    }
    OpenJob job = new OpenJob(Job.born(e.job(), intern(e.spec().order())));
    jobs.put(e.job(), job);
    add(job, e.tasks());
    Instant deadline = e.spec().order().deadline();
    if (deadline != null) {
      deadlines.add(Due.of(deadline, e.job()));
    }
    JobSpec.IdempotencyKey key = e.spec().key();
    if (key != null) {
      remember(keys, key.value(), new KeyedJob(e.job(), key.fingerprint()), limits.keysMax());
    }
  }

  private void added(TasksAdded e) {
    OpenJob job = running(e.job());
    if (job.job.tasks() != e.first()) {
      throw new IllegalStateException(
          "Expected tasks to be added behind the %d of job '%s', but they are numbered from %d"
              .formatted(job.job.tasks(), e.job(), e.first()));
    }
    add(job, e.tasks());
  }

  private void add(OpenJob job, List<TaskSpec> added) {
    int first = job.job.tasks();
    int beforeLast = (int) added.stream().filter(spec -> !spec.start().last()).count();
    job.add(added.size(), beforeLast);
    for (int i = 0; i < added.size(); i++) {
      TaskSpec spec = added.get(i);
      TaskId id = new TaskId(job.job.id(), first + i);
      openTask(id, spec.terms());
      Task.Facts facts =
          new Task.Facts(
              id.job(),
              id.number(),
              intern(spec.terms()),
              specs.put(spec),
              spec.start().last(),
              0,
              0,
              nodeOf(job, spec.parent()));
      job.set(id.number(), new Task.Blocked(facts, 0));
    }
    // Only now: a task may come after one that stands before it in the same list.
    for (int i = 0; i < added.size(); i++) {
      begin(job, first + i, added.get(i).start());
    }
  }

  /// The node that works on a task's parent, whose result asks for the task: its blobs are there.
  private static @Nullable NodeId nodeOf(OpenJob job, @Nullable Integer parent) {
    return parent != null && job.task(parent) instanceof Task.Leased leased ? leased.node() : null;
  }

  private void openTask(TaskId id, Terms terms) {
    openTasks++;
    lines.open(terms);
    if (terms.deadline() != null) {
      deadlines.add(Due.of(terms.deadline(), id));
    }
  }

  private void begin(OpenJob job, int number, TaskSpec.Start start) {
    int missing = 0;
    for (int after : start.after()) {
      if (job.task(after) != null) {
        job.comesAfter(after, number);
        missing++;
      }
    }
    if (start.last() && job.job.openBeforeLast() > 0) {
      job.waitForAll(number);
      missing++;
    }
    Task.Facts facts = job.known(number).facts();
    put(job, missing > 0 ? new Task.Blocked(facts, missing) : unblocked(facts, start));
  }

  private Task unblocked(Task.Facts facts, TaskSpec.Start start) {
    Instant notBefore = start.notBefore();
    return notBefore != null && notBefore.isAfter(time)
        ? new Task.Waiting(facts, notBefore)
        : new Task.Ready(facts);
  }

  private void leased(TaskLeased e) {
    OpenJob job = running(e.lease().task().job());
    Task task = job.known(e.lease().task().number());
    if (!(task instanceof Task.Ready) || task.attempt() + 1 != e.lease().attempt()) {
      throw new IllegalStateException(
          "Expected lease '%s' to follow %s".formatted(e.lease(), task));
    }
    lines.lease(job, task, e.node(), time);
    leases.computeIfAbsent(e.node(), _ -> new HashSet<>()).add(task.id());
    job.set(task.id().number(), new Task.Leased(task.facts().leasedOnce(), e.node()));
    job.attempts = Math.max(job.attempts, e.lease().attempt());
  }

  private void leaseEnded(LeaseEnding e) {
    Task.Leased held = held(e.lease());
    Task after = held.endedBy(e);
    boolean atOnce = after instanceof Task.Waiting task && !task.until().isAfter(time);
    put(running(held.id().job()), atOnce ? new Task.Ready(after.facts()) : after);
  }

  private void succeeded(TaskSucceeded e) {
    Task.Leased task = held(e.lease());
    OpenJob job = running(task.id().job());
    take(job, task);
    job.set(task.id().number(), null);
    job.job = job.job.oneSucceeded(task.facts().last());
    specs.drop(task.facts().spec());
    lines.close(task.terms());
    job.takeDependents(task.id().number()).forEach(number -> oneLess(job, number));
    othersEnded(job);
  }

  private void buried(TaskBuried e) {
    OpenJob job = running(e.task().job());
    Task task = job.known(e.task().number());
    take(job, task);
    job.set(e.task().number(), new Task.Buried(task.facts(), e.reason()));
    job.job = job.job.oneBuried(task.facts().last());
    // Those that come after it are buried by the same entry.
    job.takeDependents(e.task().number());
    if (task instanceof Task.Blocked) {
      job.waitsNoMore(e.task().number(), spec(task).start().after());
    }
    othersEnded(job);
  }

  /// Takes an open task out of everything but its job's list.
  private void take(OpenJob job, Task task) {
    unindex(job, task);
    openTasks--;
    Instant deadline = task.terms().deadline();
    if (deadline != null) {
      deadlines.remove(Due.of(deadline, task.id()));
    }
  }

  private void othersEnded(OpenJob job) {
    if (job.job.openBeforeLast() == 0) {
      for (int number : job.takeWaitingForAll()) {
        oneLess(job, number);
      }
    }
  }

  private void oneLess(OpenJob job, int number) {
    if (job.task(number) instanceof Task.Blocked task) {
      put(
          job,
          task.missing() > 1
              ? new Task.Blocked(task.facts(), task.missing() - 1)
              : unblocked(task.facts(), spec(task).start()));
    }
  }

  private void revived(TasksRevived e) {
    OpenJob job = find(e.job());
    if (job == null) {
      throw new IllegalStateException(
          "Expected job '%s' to be known, but it is not".formatted(e.job()));
    }
    if (finished.remove(e.job()) != null) {
      buriedOfFinished -= job.job.buried();
      job.job = job.job.with(intern(job.job.order().withoutDeadline()));
      jobs.put(e.job(), job);
      ended.remove(e.job());
    }
    for (int number : e.numbers()) {
      Task task = job.known(number);
      if (task instanceof Task.Buried) {
        job.job = job.job.oneRevived(task.facts().last());
      } else {
        take(job, task);
      }
      openTasks++;
      job.set(number, new Task.Blocked(withoutDeadline(task).revived(), 0));
    }
    // Only now: one of them may come after another.
    for (int number : e.numbers()) {
      TaskSpec.Start start = spec(job.known(number)).start();
      begin(job, number, new TaskSpec.Start(null, start.after(), start.last()));
    }
  }

  /// Whoever revives a task wants it to run, however late.
  private Task.Facts withoutDeadline(Task task) {
    if (task.terms().deadline() == null) {
      return task.facts();
    }
    TaskSpec spec = spec(task).withoutDeadline();
    specs.drop(task.facts().spec());
    return task.facts().with(intern(spec.terms()), specs.put(spec));
  }

  private void paused(JobId id, boolean now) {
    OpenJob job = running(id);
    if (job.job.paused() == now) {
      return;
    }
    job.job = job.job.paused(now);
    if (now) {
      lines.pause(job);
    } else {
      lines.resume(job, time);
    }
  }

  private void finished(JobId id) {
    OpenJob job = running(id);
    if (job.job.buried() == 0) {
      forget(job);
      return;
    }
    jobs.remove(id);
    noDeadline(job);
    finished.put(id, job);
    remember(ended, id, job.leasable(), ENDED_MAX);
    buriedOfFinished += job.job.buried();
  }

  private void letGo(JobId id) {
    OpenJob job = finished.get(id);
    if (job != null) {
      forget(job);
    }
  }

  private void forget(OpenJob job) {
    job.known().forEach(task -> forget(job, task));
    noDeadline(job);
    jobs.remove(job.job.id());
    if (finished.remove(job.job.id()) != null) {
      buriedOfFinished -= job.job.buried();
    }
    remember(ended, job.job.id(), job.leasable(), ENDED_MAX);
  }

  private void forget(OpenJob job, Task task) {
    if (!(task instanceof Task.Buried)) {
      take(job, task);
    }
    specs.drop(task.facts().spec());
    lines.close(task.terms());
  }

  private void noDeadline(OpenJob job) {
    Instant deadline = job.job.order().deadline();
    if (deadline != null) {
      deadlines.remove(Due.of(deadline, job.job.id()));
    }
  }

  /// Puts a task into the state and the indexes, in the place of what it was before.
  private void put(OpenJob job, Task task) {
    unindex(job, job.known(task.id().number()));
    job.set(task.id().number(), task);
    switch (task) {
      case Task.Ready t -> lines.ready(job, t, time);
      case Task.Waiting t -> waiting.add(Due.of(t.until(), t.id()));
      case Task.Blocked _ -> {}
      case Task.Leased _, Task.Buried _ ->
          throw new IllegalStateException("Expected a task that goes on, but it is " + task);
    }
  }

  private void unindex(OpenJob job, Task task) {
    switch (task) {
      case Task.Ready t -> lines.unready(job, t);
      case Task.Waiting t -> waiting.remove(Due.of(t.until(), t.id()));
      case Task.Leased t -> {
        lines.leaseEnded(t.terms(), t.node());
        Set<TaskId> held = leases.get(t.node());
        if (held != null && held.remove(t.id()) && held.isEmpty()) {
          leases.remove(t.node());
        }
      }
      case Task.Blocked _, Task.Buried _ -> {}
    }
  }

  private @Nullable OpenJob find(JobId id) {
    OpenJob job = jobs.get(id);
    return job == null ? finished.get(id) : job;
  }

  private OpenJob running(JobId id) {
    OpenJob job = jobs.get(id);
    if (job == null) {
      throw new IllegalStateException(
          "Expected job '%s' to run, but it ended before or never was".formatted(id));
    }
    return job;
  }

  private Task.Leased held(LeaseId lease) {
    Task task = task(lease.task()).orElse(null);
    if (task instanceof Task.Leased held && held.attempt() == lease.attempt()) {
      return held;
    }
    throw new IllegalStateException(
        "Expected lease '%s' to be held, but found %s".formatted(lease, task));
  }

  /// With a deadline they are hardly ever shared.
  Terms intern(Terms each) {
    return each.deadline() == null ? shared(terms, each) : each;
  }

  JobSpec.Order intern(JobSpec.Order each) {
    return each.deadline() == null ? shared(orders, each) : each;
  }

  /// What nobody uses any more leaves with all others now and then.
  private static <T> T shared(Map<T, T> known, T each) {
    if (known.size() > SHARED_MAX) {
      known.clear();
    }
    return known.computeIfAbsent(each, same -> same);
  }

  private static <K, V> void remember(Map<K, V> map, K key, V value, int max) {
    map.remove(key);
    map.put(key, value);
    if (map.size() > max) {
      map.remove(map.keySet().iterator().next());
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
