package org.mycoswarm.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.node.client.Sha256;
import org.mycoswarm.node.client.Token;
import org.mycoswarm.node.discovery.TokenProof;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.BrokerIdentity;
import org.mycoswarm.schema.wire.LeaseGrant;
import org.mycoswarm.schema.wire.Left;
import org.mycoswarm.schema.wire.NodeRegistered;
import org.mycoswarm.schema.wire.NodeReport;
import org.mycoswarm.schema.wire.Problem;
import org.mycoswarm.schema.wire.RenewAnswer;
import org.mycoswarm.schema.wire.RenewRequest;
import org.mycoswarm.schema.wire.ResultReport;
import org.mycoswarm.schema.wire.TaskSubmission;
import org.mycoswarm.schema.wire.WorkAnswer;
import org.mycoswarm.schema.wire.WorkRequest;

/// Speaks the protocol over real HTTP, so far as a node needs it, and remembers all it was told.
/// What it answers is set by the test: which tasks there are, which leases it has taken away.
public final class ScriptedBroker implements AutoCloseable {
  /// What comes of a call that brings results.
  public enum Reaction {
    /// The whole call is not in order.
    REFUSE,
    /// No answer comes as long as this broker lives.
    SILENCE
  }

  private static final int POLL_SECONDS_MAX = 5;

  public final String id;
  public final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  public final List<NodeReport> registrations = new CopyOnWriteArrayList<>();
  public final List<ResultReport> reports = new CopyOnWriteArrayList<>();
  public final List<ResultReport> refusedReports = new CopyOnWriteArrayList<>();

  /// Leases that the node held when it left.
  public final List<String> left = new CopyOnWriteArrayList<>();

  public final Set<Long> costsAsked = ConcurrentHashMap.newKeySet();
  public final List<List<String>> renewals = new CopyOnWriteArrayList<>();
  public final List<String> tokensSeen = new CopyOnWriteArrayList<>();
  public final List<String> calls = new CopyOnWriteArrayList<>();

  private final @Nullable Token token;
  private final HttpServer server;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<LeaseGrant> ready = new ArrayDeque<>();
  private final Map<String, LeaseGrant> held = new ConcurrentHashMap<>();
  private final Set<String> unwelcome = ConcurrentHashMap.newKeySet();
  private final Set<String> takenAway = new HashSet<>();
  private final Set<String> known = new HashSet<>();
  private final Deque<Reaction> reactions = new ConcurrentLinkedDeque<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile String mode = "active";
  private volatile boolean deaf;
  private volatile boolean lying;
  private volatile boolean silentInBlobs;
  private int tasks;

  public ScriptedBroker(String id, @Nullable Token token) throws IOException {
    this(id, token, InetAddress.getLoopbackAddress(), 0);
  }

  public ScriptedBroker(String id, @Nullable Token token, InetAddress address, int port)
      throws IOException {
    this.id = id;
    this.token = token;
    this.server = HttpServer.create(new InetSocketAddress(address, port), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::serve);
    server.start();
  }

  public URI url() {
    InetSocketAddress at = server.getAddress();
    return URI.create("http://" + at.getAddress().getHostAddress() + ":" + at.getPort());
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /// Answers `identity` with a proof made without the token.
  public void lie() {
    lying = true;
  }

  public String blob(byte[] bytes) {
    String sha256 = Sha256.of(bytes);
    blobs.put(sha256, bytes);
    return sha256;
  }

  /// A new task, waiting for a node.
  ///
  /// @return its lease, once a node has it
  public String task(
      String kind, @Nullable String model, String label, Object payload, int leaseSeconds) {
    JsonNode json = Json.LENIENT.valueToTree(payload);
    lock.lock();
    try {
      String task = "task-" + ++tasks;
      String lease = task + "-1";
      ready.add(new LeaseGrant(lease, task, 1, "job-1", kind, model, label, json, leaseSeconds));
      changed.signalAll();
      return lease;
    } finally {
      lock.unlock();
    }
  }

  /// From now on it has too much to do to renew a lease.
  public void goDeaf() {
    deaf = true;
  }

  /// Whether it gives work to nodes, as its answers tell them.
  public void mode(String mode) {
    this.mode = mode;
  }

  /// Somebody else has the task of this lease now.
  public void takeAway(String lease) {
    lock.lock();
    try {
      takenAway.add(lease);
    } finally {
      lock.unlock();
    }
  }

  /// Lets no task have the name of one that an earlier broker gave out.
  public void countTasksFrom(int number) {
    lock.lock();
    try {
      tasks = number;
    } finally {
      lock.unlock();
    }
  }

  /// Whatever this lease completes with is not in order.
  public void dislike(String lease) {
    unwelcome.add(lease);
  }

  /// How the next calls that bring results go, one each; those after them go well.
  public void react(Reaction... next) {
    reactions.addAll(List.of(next));
  }

  /// Whether all that was asked of [#react] has happened, or has at least begun.
  public boolean hasReacted() {
    return reactions.isEmpty();
  }

  /// Sends the first byte of each blob, and then nothing more.
  public void fallSilentInBlobs() {
    silentInBlobs = true;
  }

  /// As after its data were lost.
  public void forgetNodes() {
    lock.lock();
    try {
      known.clear();
    } finally {
      lock.unlock();
    }
  }

  /// Waits until something that the broker sees is so.
  public void await(String what, BooleanSupplier so) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    lock.lock();
    try {
      while (!so.getAsBoolean()) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          throw new AssertionError("Expected %s within 30 s. %s".formatted(what, this));
        }
        // Also without a call to us, as for a state of the node.
        changed.await(Math.min(left, 20_000_000), TimeUnit.NANOSECONDS);
      }
    } finally {
      lock.unlock();
    }
  }

  public ResultReport awaitReport(String lease) throws InterruptedException {
    await("a report of " + lease, () -> reports.stream().anyMatch(r -> r.lease().equals(lease)));
    return reports.stream().filter(r -> r.lease().equals(lease)).findFirst().orElseThrow();
  }

  private void serve(HttpExchange call) throws IOException {
    try (call) {
      String path = call.getRequestURI().getPath();
      calls.add(call.getRequestMethod() + " " + path);
      String authorization = call.getRequestHeaders().getFirst("Authorization");
      if (authorization != null) {
        tokensSeen.add(authorization);
      }
      if (path.equals("/api/v1/identity")) {
        identity(call);
      } else if (token != null && !("Bearer " + token.secret()).equals(authorization)) {
        problem(call, 401, "unauthorized", "Expected the token, but it is another");
      } else {
        serve(call, path);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      signal();
    }
  }

  private void serve(HttpExchange call, String path) throws IOException, InterruptedException {
    byte[] body = call.getRequestBody().readAllBytes();
    String[] parts = path.split("/");
    switch (call.getRequestMethod() + " " + (parts.length > 3 ? parts[3] : "")) {
      case "GET blobs" -> {
        byte[] bytes = blobs.get(parts[4]);
        if (bytes == null) {
          problem(call, 404, "not-found", "Expected a blob, but there is none");
        } else if (silentInBlobs) {
          call.sendResponseHeaders(200, bytes.length);
          call.getResponseBody().write(bytes, 0, 1);
          call.getResponseBody().flush();
          closed.await();
        } else {
          blob(call, bytes);
        }
      }
      case "PUT blobs" -> {
        if (!Sha256.of(body).equals(parts[4])) {
          problem(call, 422, "unprocessable", "Expected the hash of the body");
        } else {
          blobs.put(parts[4], body);
          json(call, 201, Map.of("sha256", parts[4], "size", body.length));
        }
      }
      case "GET limits" -> json(call, 200, Map.of("leasesPerNodeMax", 256));
      case "POST nodes" -> node(call, parts, body);
      default -> problem(call, 404, "not-found", "Expected a call that a node makes");
    }
  }

  private static void blob(HttpExchange call, byte[] bytes) throws IOException {
    String range = call.getRequestHeaders().getFirst("Range");
    if (range == null) {
      answer(call, 200, "application/octet-stream", bytes);
    } else {
      String[] ends = range.replace("bytes=", "").split("-", 2);
      byte[] part =
          Arrays.copyOfRange(bytes, Integer.parseInt(ends[0]), Integer.parseInt(ends[1]) + 1);
      answer(call, 206, "application/octet-stream", part);
    }
  }

  private void node(HttpExchange call, String[] parts, byte[] body)
      throws IOException, InterruptedException {
    if (parts.length == 4) {
      NodeReport report = Json.LENIENT.readValue(body, NodeReport.class);
      lock.lock();
      try {
        known.add(report.node());
      } finally {
        lock.unlock();
      }
      registrations.add(report);
      json(call, 200, new NodeRegistered(report.node(), id, 2, POLL_SECONDS_MAX));
    } else if (!knows(parts[4])) {
      problem(call, 404, "not-found", "Expected a known node; register again");
    } else if (parts[5].equals("renew")) {
      renew(call, Json.LENIENT.readValue(body, RenewRequest.class));
    } else if (parts[5].equals("leave")) {
      json(call, 200, leave(parts[4]));
    } else {
      work(call, Json.LENIENT.readValue(body, WorkRequest.class));
    }
  }

  private void work(HttpExchange call, WorkRequest request)
      throws IOException, InterruptedException {
    switch (request.results().isEmpty() ? null : reactions.poll()) {
      case REFUSE -> problem(call, 422, "unprocessable", "Expected other results");
      case SILENCE -> closed.await();
      case null -> json(call, 200, work(request));
    }
  }

  private boolean knows(String node) {
    lock.lock();
    try {
      return known.contains(node);
    } finally {
      lock.unlock();
    }
  }

  private void renew(HttpExchange call, RenewRequest request) throws IOException {
    if (deaf) {
      problem(call, 503, "unavailable", "Expected to have time for you, but there is none");
      return;
    }
    List<String> renewed = new ArrayList<>();
    List<String> lost = new ArrayList<>();
    lock.lock();
    try {
      request.leases().forEach(lease -> (holds(lease) ? renewed : lost).add(lease));
    } finally {
      lock.unlock();
    }
    renewals.add(request.leases());
    json(call, 200, new RenewAnswer(renewed, lost, mode));
  }

  /// There is one node, so that all leases are its own.
  private Left leave(String node) {
    lock.lock();
    try {
      List<String> released = held.keySet().stream().filter(this::holds).toList();
      released.forEach(held::remove);
      left.addAll(released);
      return new Left(node, released);
    } finally {
      lock.unlock();
    }
  }

  private boolean holds(String lease) {
    return held.containsKey(lease) && !takenAway.contains(lease);
  }

  private WorkAnswer work(WorkRequest request) throws InterruptedException {
    if (request.maxCost() != null) {
      costsAsked.add(request.maxCost());
    }
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(request.waitSeconds());
    lock.lock();
    try {
      List<WorkAnswer.ReportAnswer> answers = request.results().stream().map(this::take).toList();
      changed.signalAll();
      while ((ready.isEmpty() || !mode.equals("active"))
          && request.want() > 0
          && end > System.nanoTime()) {
        changed.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      }
      List<LeaseGrant> granted = new ArrayList<>();
      while (granted.size() < request.want() && !ready.isEmpty() && mode.equals("active")) {
        granted.add(ready.remove());
      }
      granted.forEach(grant -> held.put(grant.lease(), grant));
      return new WorkAnswer(answers, granted, mode);
    } finally {
      lock.unlock();
    }
  }

  private WorkAnswer.ReportAnswer take(ResultReport report) {
    if (!holds(report.lease())) {
      refusedReports.add(report);
      return new WorkAnswer.ReportAnswer(
          report.lease(), "refused", "the lease is not held any more");
    }
    if (report.status().equals("completed") && unwelcome.contains(report.lease())) {
      refusedReports.add(report);
      return new WorkAnswer.ReportAnswer(report.lease(), "refused", "Expected another detail");
    }
    held.remove(report.lease());
    reports.add(report);
    List<TaskSubmission> next = report.next() == null ? List.of() : report.next();
    for (TaskSubmission task : next) {
      task(task.kind(), task.model(), String.valueOf(task.label()), task.payload(), 30);
    }
    return new WorkAnswer.ReportAnswer(report.lease(), "accepted", null);
  }

  private void identity(HttpExchange call) throws IOException {
    String nonce = call.getRequestURI().getQuery().replace("nonce=", "");
    String proof = token == null ? "" : TokenProof.of(token, id, nonce);
    json(call, 200, new BrokerIdentity(id, lying ? "00".repeat(32) : proof));
  }

  private void signal() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static void problem(HttpExchange call, int status, String word, String detail)
      throws IOException {
    Problem problem = new Problem("urn:mycoswarm:problem:" + word, word, status, detail, null);
    answer(call, status, "application/problem+json", Json.LENIENT.writeValueAsBytes(problem));
  }

  private static void json(HttpExchange call, int status, Object body) throws IOException {
    answer(call, status, "application/json", Json.LENIENT.writeValueAsBytes(body));
  }

  private static void answer(HttpExchange call, int status, String type, byte[] body)
      throws IOException {
    call.getResponseHeaders().set("Content-Type", type);
    call.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    call.getResponseBody().write(body);
  }

  /// Gone at once, with every connection, as after a kill.
  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
  }

  @Override
  public String toString() {
    return "Broker '%s': %s; reports %s; refused %s".formatted(id, calls, reports, refusedReports);
  }
}
