package org.mycoswarm.broker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.broker.upkeep.UpkeepSettings;
import org.mycoswarm.queue.log.LogDamaged;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.chronicle.ChronicleEventLog;
import org.mycoswarm.queue.log.chronicle.LogSettings;
import org.mycoswarm.queue.log.files.ReserveSettings;
import org.mycoswarm.schema.json.Json;

/// What a whole broker keeps, drops and goes on from: with its real log, tables and files. Each
/// start of a broker writes files of its own, so history is dropped in pieces of one run.
class UpkeepTest {
  private static final String ONE_TASK = "{\"tasks\":[{\"kind\":\"dig\",\"payload\":{}}]}";
  private static final UpkeepSettings USUAL = UpkeepSettings.DEFAULT;

  private final HttpClient client = HttpClient.newHttpClient();

  @TempDir private Path home;

  @Test
  void aStartGoesOnFromTheNewestSnapshotAndWhatCameAfterIt() throws Exception {
    String before;
    String after;
    try (Broker broker = start(USUAL)) {
      before = submitted(broker);
      JsonNode log = json(post(broker, "/api/v1/log/snapshot", ""));
      assertThat(log.path("snapshot").asLong()).isEqualTo(log.path("last").asLong());
      after = submitted(broker);
    }

    try (Broker broker = start(USUAL)) {
      assertThat(leased(broker)).startsWith(before);
      assertThat(leased(broker)).startsWith(after);
      assertThat(json(post(broker, "/api/v1/log/verify", "")).path("same").asBoolean()).isTrue();
    }
  }

  @Test
  void aDamagedSnapshotLeavesTheOneBefore() throws Exception {
    String job;
    try (Broker broker = start(USUAL)) {
      post(broker, "/api/v1/log/snapshot", "");
      job = submitted(broker);
      post(broker, "/api/v1/log/snapshot", "");
    }
    Path newest = files("snapshots").getLast();
    byte[] bytes = Files.readAllBytes(newest);
    bytes[bytes.length / 2] ^= 1;
    Files.write(newest, bytes);

    try (Broker broker = start(USUAL)) {
      assertThat(leased(broker)).startsWith(job);
    }
  }

  @Test
  void damageBeforeTheSnapshotEndsTheBrokerAndThenKeepsItFromStarting() throws Exception {
    try (Broker broker = start(USUAL)) {
      submitted(broker);
    }
    try (Broker broker = start(USUAL)) { // writes into files of its own, which begin later
      post(broker, "/api/v1/log/snapshot", "");
    }
    Path first;
    try (Stream<Path> all = Files.walk(home.resolve("log"))) {
      first =
          all.filter(file -> file.toString().endsWith(".cq4")).sorted().findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(first);
    int at = new String(bytes, ISO_8859_1).indexOf("\"dig\"");
    bytes[at + 1] ^= 1;
    Files.write(first, bytes);

    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    BrokerConfig config = BrokerConfig.at(home).withPort(0).withUpkeep(USUAL);
    try (Broker broker = Broker.start(config, "test", failure::complete)) {
      assertThat(failure.get(20, TimeUnit.SECONDS))
          .isInstanceOf(LogDamaged.class)
          .hasMessageContaining("so it was found while the log was open");
      assertThat(broker.facts().broker()).isNotEmpty();
    }
    assertThatThrownBy(() -> start(USUAL))
        .isInstanceOf(LogDamaged.class)
        .hasMessageContaining("The log stays closed");

    bytes[at + 1] ^= 1;
    Files.write(first, bytes);
    start(USUAL).close();
  }

  @Test
  void aLogOfANewerProgramIsRefusedAndItsEntriesStayAsTheyAre() throws Exception {
    try (Broker broker = start(USUAL)) {
      submitted(broker);
    }
    LogPosition last;
    try (ChronicleEventLog log = log()) {
      last = log.append("{\"v\":99}".getBytes(ISO_8859_1));
      log.sync();
    }

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> start(USUAL))
          .hasMessageContaining("Expected entry %s of the log to be of version".formatted(last))
          .hasMessageContaining("nothing was changed, start a newer mycoSwarm on this home");
    }

    try (ChronicleEventLog log = log()) {
      assertThat(log.durable()).isEqualTo(last);
    }
  }

  private ChronicleEventLog log() {
    return ChronicleEventLog.open(
        home.resolve("log"), LogPosition.START, LogPosition.START, LogSettings.DEFAULT);
  }

  @Test
  void aSnapshotIsTakenByItselfOnceEnoughHappened() throws Exception {
    try (Broker broker = start(new UpkeepSettings(5, 1_000, null, Duration.ZERO))) {
      for (int i = 0; i < 3; i++) {
        submitted(broker);
      }

      await(() -> broker(broker).at("/log/snapshot").asLong() >= 3);

      assertThat(broker(broker).at("/log/snapshotAt").asText()).isNotEmpty();
    }
    assertThat(files("snapshots")).as("none at the stop, for little happened since").hasSize(1);
  }

  @Test
  void aSnapshotIsTakenAtAStopInOrder() throws Exception {
    try (Broker broker = start(new UpkeepSettings(1_000, 3, null, Duration.ZERO))) {
      submitted(broker);
      assertThat(files("snapshots")).isEmpty();
    }

    assertThat(files("snapshots")).hasSize(1);
  }

  @Test
  void historyThatNobodyNeedsIsDroppedAndReadersAreToldWhereItBegins() throws Exception {
    String running = withDroppedHistory();
    try (Broker broker = start(USUAL)) {
      long first = broker(broker).at("/log/first").asLong();
      assertThat(first).isGreaterThan(1);

      HttpResponse<String> log = get(broker, "/api/v1/log?after=0");
      assertThat(log.statusCode()).isEqualTo(410);
      assertThat(json(log).path("type").asText()).endsWith(":history-dropped");
      assertThat(json(log).path("detail").asText())
          .contains("Expected the log to hold entry 1, but it begins with entry " + first)
          .contains("Ask for what comes after " + (first - 1));
      assertThat(get(broker, "/api/v1/events?after=0").statusCode()).isEqualTo(410);
      JsonNode kept = json(get(broker, "/api/v1/log"));
      assertThat(kept.at("/items/0/position").asLong()).isEqualTo(first);

      assertThat(leased(broker)).startsWith(running);
      JsonNode check = json(post(broker, "/api/v1/log/verify", ""));
      assertThat(check.path("same").asBoolean()).isTrue();
    }
  }

  @Test
  void historyIsDroppedThoughNoNewSnapshotCanBeWritten() throws Exception {
    runOf(USUAL);
    runOf(USUAL);
    try (Broker broker = start(USUAL)) {
      submitted(broker);
      post(broker, "/api/v1/log/snapshot", "");
      submitted(broker);
      post(broker, "/api/v1/log/snapshot", "");
      submitted(broker);
      await(() -> broker(broker).path("tablesBehind").asLong() == 0);
      Files.createDirectories(home.resolve("snapshots/writing/in-the-way"));

      JsonNode dropped = json(post(broker, "/api/v1/log/compact", ""));

      assertThat(dropped.path("before").asLong()).isEqualTo(1);
      assertThat(dropped.path("first").asLong()).isGreaterThan(1);
      assertThat(dropped.path("noSnapshot").asText())
          .contains("Expected to write a snapshot of position")
          .contains("but the disk refused")
          .contains("The earlier ones are still there, and the log goes on");
    }
  }

  @Test
  void nearlyWithoutRoomHistoryIsDroppedWithoutTryingASnapshot() throws Exception {
    long free = Files.getFileStore(home).getUsableSpace();
    BrokerConfig full =
        BrokerConfig.at(home).withPort(0).withReserve(new ReserveSettings(free * 8, 0, 0));
    runOf(USUAL);
    runOf(USUAL);
    try (Broker broker = start(USUAL)) {
      submitted(broker);
      post(broker, "/api/v1/log/snapshot", "");
      submitted(broker);
      post(broker, "/api/v1/log/snapshot", "");
    }

    try (Broker broker = Broker.start(full, "test", failure -> {})) {
      await(() -> broker(broker).path("tablesBehind").asLong() == 0);

      JsonNode dropped = json(post(broker, "/api/v1/log/compact", ""));

      assertThat(dropped.path("first").asLong()).isGreaterThan(1);
      assertThat(dropped.path("noSnapshot").asText())
          .startsWith(
              "Expected %,d MiB to be free on the broker's disk".formatted((free * 2) >> 20));
    }
  }

  @Test
  void tablesThatCannotBeOpenedAfterHistoryWasDroppedAreKept() throws Exception {
    withDroppedHistory();
    Path file = files("db").getFirst();
    Files.writeString(file, "no database\n".repeat(2_000));
    for (int i = 0; i < 3; i++) {
      start(USUAL).close();
      for (Path each : files("db")) {
        if (!each.toString().endsWith(".aside")) {
          Files.writeString(each, "no database\n".repeat(2_000));
        }
      }
    }
    assertThat(files("db")).hasSize(4).contains(Path.of(file + ".aside"));
  }

  @Test
  void aLogWithoutItsStartAndWithoutASnapshotIsRefused() throws Exception {
    withDroppedHistory();
    for (Path snapshot : files("snapshots")) {
      Files.delete(snapshot);
    }

    assertThatThrownBy(() -> start(USUAL))
        .isInstanceOf(LogDamaged.class)
        .hasMessageContaining("Expected a snapshot of position")
        .hasMessageContaining("because the log begins with position")
        .hasMessageContaining("there is none that can be read")
        .hasMessageContaining("bring back the folder with the snapshots");
  }

  @Test
  void tablesThatAreLostAfterHistoryWasDroppedShowWhatTheLogStillTells() throws Exception {
    String running = withDroppedHistory();
    for (Path file : files("db")) {
      Files.delete(file);
    }

    try (Broker broker = start(USUAL)) {
      await(() -> broker(broker).path("tablesBehind").asLong() == 0);
      JsonNode jobs = json(get(broker, "/api/v1/jobs")).path("items");

      assertThat(jobs).hasSize(1);
      assertThat(jobs.at("/0/job").asText()).isEqualTo(running);
      assertThat(leased(broker)).startsWith(running);
    }
  }

  @Test
  void jobsThatEndedLongAgoAreForgotten() throws Exception {
    String ended;
    String running;
    try (Broker broker = start(USUAL)) {
      ended = submitted(broker);
      post(broker, "/api/v1/jobs/" + ended + "/cancel", "");
      running = submitted(broker);
    }

    try (Broker broker = start(new UpkeepSettings(1_000, 1_000, null, Duration.ofMillis(1)))) {
      await(() -> get(broker, "/api/v1/jobs/" + ended).statusCode() == 404);

      assertThat(get(broker, "/api/v1/jobs/" + running).statusCode()).isEqualTo(200);
      assertThat(get(broker, "/api/v1/log").body()).contains("job.forgotten");
    }
  }

  @Test
  void historyIsKeptAsLongAsWasAskedFor() throws Exception {
    runOf(new UpkeepSettings(1, 1, Duration.ofDays(1), Duration.ZERO));
    runOf(new UpkeepSettings(1, 1, Duration.ofDays(1), Duration.ZERO));
    runOf(new UpkeepSettings(1, 1, Duration.ofDays(1), Duration.ZERO));

    try (Broker broker =
        start(new UpkeepSettings(1_000, 1_000, Duration.ofDays(1), Duration.ZERO))) {
      JsonNode dropped = json(post(broker, "/api/v1/log/compact", ""));

      assertThat(dropped.path("first").asLong()).isEqualTo(1);
      assertThat(dropped.path("keptFor").asText()).isEqualTo("the history that is to be kept");
    }
  }

  /// Three runs with ended jobs, then one with a job that goes on; the first runs are dropped.
  ///
  /// @return the job that goes on
  private String withDroppedHistory() throws Exception {
    runOf(USUAL);
    runOf(USUAL);
    String running;
    try (Broker broker = start(USUAL)) {
      running = submitted(broker);
      post(broker, "/api/v1/log/snapshot", "");
      leasedAndReleased(broker);
      await(() -> broker(broker).path("tablesBehind").asLong() == 0);
      JsonNode dropped = json(post(broker, "/api/v1/log/compact", ""));
      assertThat(dropped.path("before").asLong()).isEqualTo(1);
      assertThat(dropped.path("first").asLong()).isGreaterThan(1);
    }
    return running;
  }

  private void leasedAndReleased(Broker broker) throws Exception {
    post(broker, "/api/v1/leases/" + leased(broker) + "/release", "{}");
  }

  private void runOf(UpkeepSettings settings) throws Exception {
    try (Broker broker = start(settings)) {
      post(broker, "/api/v1/jobs/" + submitted(broker) + "/cancel", "");
    }
  }

  private Broker start(UpkeepSettings upkeep) throws IOException {
    return Broker.start(
        BrokerConfig.at(home).withPort(0).withUpkeep(upkeep), "test", failure -> {});
  }

  private String submitted(Broker broker) throws Exception {
    return json(post(broker, "/api/v1/jobs", ONE_TASK)).path("job").asText();
  }

  private String leased(Broker broker) throws Exception {
    post(
        broker,
        "/api/v1/nodes",
        "{\"node\":\"pi\",\"name\":\"n\",\"capabilities\":[{\"kind\":\"dig\",\"device\":\"cpu\",\"rate\":1}],\"detail\":{}}");
    HttpResponse<String> work =
        post(broker, "/api/v1/nodes/pi/work", "{\"results\":[],\"want\":1,\"waitSeconds\":0}");
    return json(work).at("/leases/0/lease").asText();
  }

  private JsonNode broker(Broker broker) throws Exception {
    return json(get(broker, "/api/v1"));
  }

  private HttpResponse<String> get(Broker broker, String path) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(broker.uri().resolve(path)).build();
    return client.send(request, BodyHandlers.ofString());
  }

  private HttpResponse<String> post(Broker broker, String path, String json) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(broker.uri().resolve(path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> answer) throws IOException {
    return Json.LENIENT.readTree(answer.body());
  }

  private List<Path> files(String folder) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(home.resolve(folder))) {
      all.forEach(files::add);
    }
    files.sort(null);
    return files;
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    Instant end = Instant.now().plus(Duration.ofSeconds(30));
    while (!condition.call()) {
      assertThat(Instant.now()).as("it takes too long").isBefore(end);
    }
  }
}
