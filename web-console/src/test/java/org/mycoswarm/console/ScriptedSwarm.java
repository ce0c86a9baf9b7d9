package org.mycoswarm.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.CapabilityView;
import org.mycoswarm.schema.wire.FileReport;
import org.mycoswarm.schema.wire.JobReport;
import org.mycoswarm.schema.wire.JobView;
import org.mycoswarm.schema.wire.LogEntryView;
import org.mycoswarm.schema.wire.NodeView;
import org.mycoswarm.schema.wire.TaskView;

/// A swarm that does what a test says, and shows itself in the wire records of the real one. Each
/// step makes an entry. Any thread.
final class ScriptedSwarm {
  private static final String MODEL = "sha256:" + "5fa1c7".repeat(10) + "abcd";

  private final List<LogEntryView> entries = new ArrayList<>();
  private final Map<String, JobView> jobs = new LinkedHashMap<>();
  private final Map<String, TaskView> tasks = new LinkedHashMap<>();
  private final Map<String, NodeView> nodes = new LinkedHashMap<>();
  private final Map<String, List<FileReport>> files = new LinkedHashMap<>();

  synchronized void node(String id, String name, String device, double rate) {
    ObjectNode detail = Json.LENIENT.createObjectNode();
    detail.putObject("cpu").put("name", "AMD Ryzen 7 5800U").put("logicalCores", 16);
    detail.putObject("memory").put("totalBytes", 16L << 30).put("freeBytes", 9L << 30);
    detail.putArray("gpus");
    detail
        .putArray("missing")
        .addObject()
        .put("what", "cuda")
        .put("reason", "Expected an NVIDIA driver, but /proc/driver/nvidia/version is not there.");
    var able = List.of(able("chunk", device, 0), able("embed", device, rate));
    nodes.put(id, nodeView(id, name, "online", able, List.of(), detail));
    append(event("node.registered").put("node", id));
  }

  synchronized void offline(String id) {
    NodeView node = known(nodes, id);
    nodes.put(
        id,
        nodeView(id, node.name(), "offline", node.capabilities(), node.leases(), node.detail()));
  }

  /// A job that embeds a folder: one `chunk` task, then `embed` tasks.
  synchronized void job(String id, String name, int taskCount, List<FileReport> report) {
    for (int number = 0; number < taskCount; number++) {
      tasks.put(id + "." + number, task(id, number));
    }
    files.put(id, report);
    jobs.put(id, jobView(id, name, "running", null, Map.of(), List.of()));
    append(event("job.submitted").put("job", id));
  }

  /// The lease is the task's next attempt.
  synchronized String lease(String task, String node) {
    TaskView view = known(tasks, task);
    int attempt = view.attempts().size() + 1;
    String lease = task + "." + attempt;
    var attempts = new ArrayList<>(view.attempts());
    attempts.add(attempt(attempt, node, "leased", null));
    put(view, "leased", null, attempts);
    NodeView holder = known(nodes, node);
    var leases = new ArrayList<>(holder.leases());
    leases.add(new NodeView.LeaseView(lease, view.kind(), view.label(), Instant.now()));
    hold(holder, leases);
    append(event("task.leased").put("lease", lease).put("node", node));
    return lease;
  }

  synchronized void succeed(String lease, long vectors) {
    TaskView task = end(lease, "succeeded", "succeeded", null);
    Map<String, Long> counts =
        task.kind().equals("chunk")
            ? Map.of("files", 1L, "chunks", vectors)
            : Map.of("vectors", vectors, "tokens", vectors * 180);
    add(task, counts);
    ObjectNode event = event("task.succeeded").put("lease", lease);
    event.putObject("result").set("counts", Json.LENIENT.valueToTree(counts));
    append(event);
  }

  synchronized void fail(String lease, String reason) {
    end(lease, "waiting", "failed", reason);
    append(event("attempt.failed").put("lease", lease).put("reason", reason));
  }

  synchronized void bury(String lease, String reason) {
    TaskView task = end(lease, "buried", "failed", reason);
    append(event("task.buried").put("task", task.task()).put("reason", reason));
  }

  void finish(String id, String state) {
    tellFinished(id);
    showFinished(id, state);
  }

  /// The entry alone: the real broker's tables know it a moment later.
  synchronized void tellFinished(String id) {
    append(event("job.finished").put("job", id));
  }

  synchronized void showFinished(String id, String state) {
    JobView job = known(jobs, id);
    jobs.put(id, jobView(id, job.name(), state, Instant.now(), job.totals(), job.nodes()));
  }

  synchronized JobView cancel(String id) {
    tasks.replaceAll(
        (key, task) ->
            task.job().equals(id) && !task.state().equals("succeeded")
                ? copy(task, "cancelled", null, task.attempts())
                : task);
    JobView job = known(jobs, id);
    jobs.put(id, jobView(id, job.name(), "cancelled", Instant.now(), job.totals(), job.nodes()));
    append(event("job.cancelled").put("job", id));
    return job(id);
  }

  synchronized List<JobView> jobs() {
    return jobs.keySet().stream().toList().reversed().stream().map(this::job).toList();
  }

  synchronized boolean has(String job) {
    return jobs.containsKey(job);
  }

  synchronized JobView job(String id) {
    JobView job = known(jobs, id);
    return jobView(id, job.name(), job.state(), job.finishedAt(), job.totals(), job.nodes());
  }

  synchronized List<TaskView> tasks(String job) {
    return tasks.values().stream().filter(task -> task.job().equals(job)).toList();
  }

  synchronized TaskView task(String id) {
    return known(tasks, id);
  }

  synchronized List<NodeView> nodes() {
    return List.copyOf(nodes.values());
  }

  synchronized JobReport report(String id) {
    var counts = new TreeMap<String, Integer>();
    known(files, id).forEach(file -> counts.merge(file.status(), 1, Integer::sum));
    return new JobReport(id, known(jobs, id).state(), counts, known(files, id));
  }

  synchronized long position() {
    return entries.size();
  }

  synchronized List<LogEntryView> after(long position) {
    return List.copyOf(entries.subList((int) Math.min(position, entries.size()), entries.size()));
  }

  /// Waits up to half a second for an entry behind the position.
  synchronized List<LogEntryView> await(long position) throws InterruptedException {
    long deadline = System.nanoTime() + 500_000_000L;
    while (entries.size() <= position && System.nanoTime() < deadline) {
      wait(100);
    }
    return after(position);
  }

  private void append(JsonNode event) {
    long position = entries.size() + 1L;
    entries.add(new LogEntryView(position, Instant.now(), "test", List.of(event)));
    notifyAll();
  }

  private TaskView end(String lease, String state, String attemptState, @Nullable String reason) {
    TaskView task = known(tasks, lease.substring(0, lease.lastIndexOf('.')));
    var attempts = new ArrayList<>(task.attempts());
    var last = attempts.removeLast();
    attempts.add(ended(last, attemptState, reason));
    put(task, state, state.equals("buried") ? reason : null, attempts);
    NodeView holder = known(nodes, last.node());
    hold(holder, holder.leases().stream().filter(held -> !held.lease().equals(lease)).toList());
    return known(tasks, task.task());
  }

  private void add(TaskView task, Map<String, Long> counts) {
    JobView job = known(jobs, task.job());
    String node = task.attempts().getLast().node();
    var shares = new ArrayList<>(job.nodes());
    var before = shares.stream().filter(share -> share.node().equals(node)).findFirst();
    before.ifPresent(shares::remove);
    shares.add(
        new JobView.NodeShare(
            node,
            known(nodes, node).name(),
            before.map(JobView.NodeShare::tasks).orElse(0) + 1,
            sum(before.map(JobView.NodeShare::totals).orElse(Map.of()), counts),
            before.map(JobView.NodeShare::firstAt).orElse(task.attempts().getLast().leasedAt()),
            Instant.now()));
    jobs.put(
        job.job(),
        jobView(job.job(), job.name(), job.state(), null, sum(job.totals(), counts), shares));
  }

  private static Map<String, Long> sum(Map<String, Long> one, Map<String, Long> other) {
    var sums = new TreeMap<>(one);
    other.forEach((unit, number) -> sums.merge(unit, number, Long::sum));
    return sums;
  }

  private void hold(NodeView node, List<NodeView.LeaseView> leases) {
    nodes.put(
        node.node(),
        nodeView(
            node.node(), node.name(), node.state(), node.capabilities(), leases, node.detail()));
  }

  private void put(
      TaskView task, String state, @Nullable String reason, List<TaskView.AttemptView> attempts) {
    tasks.put(task.task(), copy(task, state, reason, attempts));
  }

  private JobView jobView(
      String id,
      String name,
      String state,
      @Nullable Instant finishedAt,
      Map<String, Long> totals,
      List<JobView.NodeShare> shares) {
    Instant submittedAt = jobs.containsKey(id) ? known(jobs, id).submittedAt() : Instant.now();
    return new JobView(
        id,
        name,
        "embed-folder",
        state,
        "anyone",
        4,
        false,
        null,
        null,
        submittedAt,
        finishedAt,
        entries.size(),
        taskCounts(id),
        totals,
        shares);
  }

  private JobView.TaskCounts taskCounts(String job) {
    return new JobView.TaskCounts(
        tasks(job).size(),
        inState(job, "ready"),
        inState(job, "waiting"),
        inState(job, "blocked"),
        inState(job, "leased"),
        inState(job, "succeeded"),
        inState(job, "buried"),
        inState(job, "cancelled"));
  }

  private int inState(String job, String state) {
    return (int) tasks(job).stream().filter(task -> task.state().equals(state)).count();
  }

  private static TaskView task(String job, int number) {
    String kind = number == 0 ? "chunk" : "embed";
    return new TaskView(
        job + "." + number,
        job,
        number,
        number == 0 ? null : 0,
        kind,
        MODEL,
        number == 0 ? "guide/install.md" : "guide/install.md, part " + number,
        "ready",
        3,
        1,
        null,
        null,
        null,
        List.of(),
        false,
        null,
        null,
        null,
        List.of());
  }

  private static TaskView copy(
      TaskView task, String state, @Nullable String reason, List<TaskView.AttemptView> attempts) {
    return new TaskView(
        task.task(),
        task.job(),
        task.number(),
        task.parent(),
        task.kind(),
        task.model(),
        task.label(),
        state,
        task.maxAttempts(),
        task.cost(),
        task.limitKey(),
        task.node(),
        task.deadlineAt(),
        task.after(),
        task.last(),
        state.equals("waiting") ? Instant.now().plusSeconds(5) : null,
        reason,
        task.result(),
        attempts);
  }

  private TaskView.AttemptView attempt(
      int attempt, String node, String state, @Nullable String reason) {
    return new TaskView.AttemptView(
        attempt, node, known(nodes, node).name(), state, Instant.now(), null, reason, false);
  }

  private static TaskView.AttemptView ended(
      TaskView.AttemptView attempt, String state, @Nullable String reason) {
    return new TaskView.AttemptView(
        attempt.attempt(),
        attempt.node(),
        attempt.nodeName(),
        state,
        attempt.leasedAt(),
        Instant.now(),
        reason,
        false);
  }

  private static CapabilityView able(String kind, String device, double rate) {
    return new CapabilityView(
        kind, MODEL, "all-MiniLM-L6-v2-int8", device, rate, rate > 0 ? "tokens" : null);
  }

  private static NodeView nodeView(
      String id,
      String name,
      String state,
      List<CapabilityView> able,
      List<NodeView.LeaseView> leases,
      JsonNode detail) {
    return new NodeView(
        id,
        name,
        state,
        "active",
        Instant.now(),
        Instant.now(),
        able,
        null,
        List.of(),
        List.copyOf(leases),
        detail);
  }

  private static <T> T known(Map<String, T> all, String id) {
    return Objects.requireNonNull(all.get(id), () -> "The test has nothing named " + id);
  }

  private static ObjectNode event(String name) {
    return Json.LENIENT.createObjectNode().put("event", name);
  }
}
