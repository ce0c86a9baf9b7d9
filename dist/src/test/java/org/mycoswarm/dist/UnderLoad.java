package org.mycoswarm.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/// A swarm under load whose callers keep a ledger, for tests in which bad things happen to it.
/// [#check] may be called at any time, [#settle] at the end. For one thread.
final class UnderLoad implements AutoCloseable {
  private static final Duration LONGEST_WITHOUT_PROGRESS = Duration.ofSeconds(60);
  private static final int SOME = 5;

  private final Path folder;
  private final Swarm swarm;
  private final Ledger ledger = new Ledger();
  private final Audit audit = new Audit();
  private final List<Path> books = new ArrayList<>();
  private int confirmed;

  /// @param folder empty
  UnderLoad(Path folder) {
    this.folder = folder;
    this.swarm = new Swarm(folder);
  }

  Swarm swarm() {
    return swarm;
  }

  Ledger ledger() {
    return ledger;
  }

  Audit audit() {
    return audit;
  }

  /// Starts a process of submitters and nodes, see [Hands].
  ///
  /// @param name of its nodes; submitters must not come back under the same name
  Program hands(String name, int submitters, int nodes, long seed) {
    return hands(List.of(), Map.of(), swarm.api().url(), name, submitters, nodes, seed);
  }

  /// @param prefix what to put before the command
  /// @param url of the broker, or of the way to it
  Program hands(
      List<String> prefix,
      Map<String, String> environment,
      String url,
      String name,
      int submitters,
      int nodes,
      long seed) {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx96m",
            "-cp",
            System.getProperty("java.class.path"),
            Hands.class.getName(),
            url,
            name,
            Integer.toString(submitters),
            Integer.toString(nodes),
            Long.toString(seed)));
    Path book = folder.resolve("books").resolve(name + "." + books.size());
    books.add(book);
    return swarm.add(Program.start(name, command, environment, book));
  }

  /// Starts to submit a text to embed every second, which is work for nodes of ours; waits for one.
  Submitter embedding() {
    String model = swarm.embeddingModel();
    String text = "The swarm reads it, cuts it into chunks and embeds each of them. ".repeat(8);
    Object payload = Map.of("model", model, "texts", Collections.nCopies(5, text));
    Object task =
        Map.of(
            "kind",
            "embed",
            "model",
            model,
            "payload",
            payload,
            "leaseSeconds",
            LightNode.LEASE_SECONDS,
            "maxAttempts",
            20);
    return Submitter.start(
        swarm.api(),
        "embedding",
        key -> Api.jsonOf(Map.of("name", key, "tasks", List.of(task))),
        Duration.ofSeconds(1),
        ledger::note);
  }

  /// Waits until some more jobs are acknowledged and some more results accepted.
  void awaitProgress() {
    int submitted = ledger.submitted();
    int done = ledger.done();
    Await.until(
        LONGEST_WITHOUT_PROGRESS,
        "jobs are acknowledged and results accepted",
        () -> {
          ledger.read(books);
          return ledger.submitted() >= submitted + SOME && ledger.done() >= done + SOME;
        });
  }

  /// Waits until so many more jobs are acknowledged.
  void awaitSubmitted(int more) {
    int submitted = ledger.submitted();
    awaitBooks("jobs are acknowledged", () -> ledger.submitted() >= submitted + more);
  }

  /// Waits until so many more results are accepted.
  void awaitDone(int more) {
    int done = ledger.done();
    awaitBooks("results are accepted", () -> ledger.done() >= done + more);
  }

  private void awaitBooks(String what, BooleanSupplier enough) {
    Await.until(
        LONGEST_WITHOUT_PROGRESS,
        what,
        () -> {
          ledger.read(books);
          return enough.getAsBoolean();
        });
  }

  /// Some moment within so many milliseconds: what is killed then may be anywhere in its work.
  static void awaitRandomMoment(RandomGenerator random, int millisMax) {
    LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(millisMax)));
  }

  /// Holds the log to every promise made so far.
  void check() {
    ledger.read(books);
    List<Promise> promises = ledger.from(confirmed);
    audit.readOn(swarm.api());
    audit.confirm(promises);
    confirmed += promises.size();
    assertThat(audit.wrong()).isEmpty();
  }

  /// Waits until every job has ended, by those who work and without a hand's help, and then goes
  /// through the whole log and the whole ledger again. Who submits must have been stopped.
  void settle() {
    Await.until(
        Duration.ofMinutes(3),
        "every job has ended",
        () -> {
          check();
          return audit.open().isEmpty();
        });
    assertThat(audit.outcomes().values()).containsOnly("succeeded");
    checkAnew();
    checkTables();
    assertThat(swarm.api().post("/api/v1/log/verify", "{}").path("same").asBoolean())
        .as("the state is what the log says")
        .isTrue();
  }

  /// For the print-out.
  String figures() {
    return "%d jobs acknowledged, %d leases, %d results accepted, %d reports refused, %d leases expired, %d entries"
        .formatted(
            ledger.submitted(),
            audit.leases(),
            ledger.done(),
            ledger.refused(),
            audit.expired(),
            audit.position());
  }

  @Override
  public void close() {
    swarm.close();
  }

  /// What was read once must be the same for ever.
  private void checkAnew() {
    List<Promise> all = ledger.from(0);
    Audit anew = new Audit();
    anew.readOn(swarm.api());
    anew.confirm(all);
    assertThat(anew.wrong()).isEmpty();
    if (anew.position() == audit.position()) {
      assertThat(anew.digest()).as("the past, read again").isEqualTo(audit.digest());
    } else { // an idle node has registered meanwhile: read once more
      check();
      checkAnew();
    }
  }

  /// The tables show the newest jobs as the log does.
  private void checkTables() {
    List<Promise.Submitted> jobs =
        ledger.from(0).stream()
            .filter(Promise.Submitted.class::isInstance)
            .map(Promise.Submitted.class::cast)
            .toList();
    for (Promise.Submitted each : jobs.subList(Math.max(0, jobs.size() - 50), jobs.size())) {
      Await.until(
          Swarm.SOON,
          "the tables show job " + each.job() + " as succeeded",
          () -> {
            var job = swarm.api().get("/api/v1/jobs/" + each.job());
            return job.path("state").asText().equals("succeeded")
                && job.path("name").asText().equals(each.key());
          });
    }
  }
}
