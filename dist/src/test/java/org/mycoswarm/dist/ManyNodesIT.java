package org.mycoswarm.dist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.schema.json.Json;

/// Many nodes that cost nothing, against a real broker with little memory: what is left is the
/// broker's own part. `-Dbatch.lines=50000` is the long form.
@Timeout(600)
class ManyNodesIT {
  private static final int LINES = Integer.getInteger("batch.lines", 10_000);
  private static final int HEAP_MIB = LINES > 10_000 ? 256 : 128;
  private static final int NODES = 32;
  private static final int VANISH = 10;
  private static final int TASKS = 640;
  private static final int LEASE_SECONDS = 2;
  private static final int DIMENSION = 384;

  @TempDir static Path folder;
  private static Swarm swarm;
  private static Program broker;

  private final long seed = Long.getLong("mycoswarm.seed", System.nanoTime());
  private final AtomicBoolean over = new AtomicBoolean();
  private final List<Thread> nodes = new ArrayList<>();

  @BeforeAll
  static void startBroker() {
    swarm = new Swarm(folder.resolve("swarm"));
    swarm.programsUnder(Map.of("JAVA_TOOL_OPTIONS", "-Xmx%dm".formatted(HEAP_MIB)));
    broker = swarm.broker();
  }

  @AfterAll
  static void stopAll() {
    swarm.close();
  }

  @Test
  void aThirdOfThirtyTwoNodesVanishesAndNothingIsMissingAndLittleIsDoneTwice()
      throws InterruptedException {
    System.out.println("ManyNodesIT: -Dmycoswarm.seed=" + seed);
    Random random = new Random(seed);
    AtomicInteger worked = new AtomicInteger();
    AtomicInteger vanished = new AtomicInteger();
    for (int i = 0; i < NODES; i++) {
      int tasksUntilGone = i < VANISH ? 1 + random.nextInt(5) : Integer.MAX_VALUE;
      AtomicInteger done = new AtomicInteger();
      start(
          "square-" + i,
          Map.of("kind", "square", "device", "cpu", "rate", 0),
          lease -> {
            worked.incrementAndGet();
            return squared(lease);
          },
          () -> done.incrementAndGet() == tasksUntilGone && vanished.incrementAndGet() > 0);
    }

    List<Map<String, Object>> tasks = new ArrayList<>();
    for (int i = 0; i < TASKS; i++) {
      tasks.add(Map.of("kind", "square", "payload", Map.of("n", i), "leaseSeconds", LEASE_SECONDS));
    }
    String job = swarm.api().post("/api/v1/jobs", Map.of("tasks", tasks)).path("job").asText();
    JsonNode ended = swarm.awaitEnded(job);
    stopNodes();

    System.out.printf(
        "ManyNodesIT: %d tasks, %d of %d nodes vanished, %d tasks worked on%n",
        TASKS, vanished.get(), NODES, worked.get());
    assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("succeeded");
    assertThat(vanished).hasValue(VANISH);
    assertThat(squares(job)).isEqualTo(expectedSquares());
    assertThat(worked.get()).isLessThanOrEqualTo(TASKS + TASKS / 20);
  }

  private static StubNode.Result squared(JsonNode lease) {
    int n = lease.path("payload").path("n").asInt();
    return new StubNode.Result(Map.of("n", n, "square", n * n), List.of());
  }

  private static Map<Integer, Integer> expectedSquares() {
    Map<Integer, Integer> squares = new TreeMap<>();
    IntStream.range(0, TASKS).forEach(n -> squares.put(n, n * n));
    return squares;
  }

  private static Map<Integer, Integer> squares(String job) {
    Map<Integer, Integer> squares = new TreeMap<>();
    String path = "/api/v1/jobs/" + job + "/tasks?limit=500";
    for (String cursor = ""; cursor != null; ) {
      JsonNode page = swarm.api().get(cursor.isEmpty() ? path : path + "&cursor=" + cursor);
      for (JsonNode task : page.path("items")) {
        JsonNode result = task.path("result");
        squares.put(result.path("n").asInt(), result.path("square").asInt());
      }
      cursor = page.path("next").textValue();
    }
    return squares;
  }

  @Test
  void aBatchOfManyLinesNeedsLittleMemory() throws IOException, InterruptedException {
    Map<String, Object> embed =
        Map.of(
            "kind",
            "embed",
            "model",
            "f".repeat(64),
            "modelName",
            "stub",
            "device",
            "cpu",
            "rate",
            1);
    for (int i = 0; i < 4; i++) {
      start("embed-" + i, embed, ManyNodesIT::embedded, () -> false);
    }
    Await.until(Swarm.SOON, "the model is known", () -> swarm.api().answers("/v1/models/stub"));
    long begun = System.nanoTime();
    String batch =
        swarm
            .api()
            .post(
                "/v1/batches",
                Map.of(
                    "input_file_id",
                    upload(),
                    "endpoint",
                    "/v1/embeddings",
                    "completion_window",
                    "24h"))
            .path("id")
            .asText();
    Await.until(
        Duration.ofMinutes(8),
        "the batch ends",
        () -> swarm.api().get("/v1/batches/" + batch).path("completed_at").isNumber());
    long seconds = (System.nanoTime() - begun) / 1_000_000_000;
    stopNodes();

    JsonNode ended = swarm.api().get("/v1/batches/" + batch);
    assertThat(ended.path("request_counts").path("completed").asInt())
        .as(ended.toString())
        .isEqualTo(LINES);
    Path output = folder.resolve("output.jsonl");
    long lines = checkedLines(ended.path("output_file_id").asText(), output);
    System.out.printf(
        "ManyNodesIT: a batch of %,d lines with -Xmx%dm in %d s, %s%n",
        LINES, HEAP_MIB, seconds, residentMost());
    assertThat(lines).isEqualTo(LINES);
    assertThat(broker.alive()).isTrue();
  }

  /// Of the broker's whole process, what lies outside of its heap too.
  private static String residentMost() throws IOException {
    try (var status = Files.lines(Path.of("/proc/" + broker.pid() + "/status"))) {
      return status.filter(line -> line.startsWith("VmHWM")).findFirst().orElse("");
    }
  }

  private static String upload() throws IOException {
    Path file = folder.resolve("upload");
    String boundary = "a-boundary";
    try (var out = Files.newBufferedWriter(file)) {
      out.write(
          "--%s\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--%s\r\n"
              .formatted(boundary, boundary));
      out.write("Content-Disposition: form-data; name=\"file\"; filename=\"r.jsonl\"\r\n\r\n");
      for (int i = 0; i < LINES; i++) {
        out.write(
            "{\"custom_id\":\"r%d\",\"method\":\"POST\",\"url\":\"/v1/embeddings\",\"body\":{\"model\":\"stub\",\"input\":\"a text of some words with the number %d\"}}\n"
                .formatted(i, i));
      }
      out.write("\r\n--%s--\r\n".formatted(boundary));
    }
    return Api.json(
            swarm
                .api()
                .send(
                    HttpRequest.newBuilder(URI.create(swarm.api().url() + "/v1/files"))
                        .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                        .POST(BodyPublishers.ofFile(file))))
        .path("id")
        .asText();
  }

  /// Each line has the vector that its text was given.
  private static long checkedLines(String file, Path into) throws IOException {
    Files.deleteIfExists(into);
    try (var in =
        URI.create(swarm.api().url() + "/v1/files/" + file + "/content").toURL().openStream()) {
      Files.copy(in, into);
    }
    long lines = 0;
    try (var reader = Files.newBufferedReader(into)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        JsonNode answer = Json.LENIENT.readTree(line);
        assertThat(answer.path("custom_id").asText()).isEqualTo("r" + lines);
        JsonNode vector = answer.at("/response/body/data/0/embedding");
        assertThat(vector).hasSize(DIMENSION);
        assertThat(vector.get(0).asInt()).isEqualTo((int) lines);
        lines++;
      }
    }
    return lines;
  }

  /// A vector that begins with the number at the end of the text.
  private static StubNode.Result embedded(JsonNode lease) {
    JsonNode texts = lease.path("payload").path("texts");
    ByteBuffer rows =
        ByteBuffer.allocate(texts.size() * DIMENSION * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i).asText();
      rows.putFloat(i * DIMENSION * 4, Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1)));
    }
    String header =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }"
            .formatted(texts.size(), DIMENSION);
    ByteArrayOutputStream npy = new ByteArrayOutputStream();
    npy.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0});
    npy.writeBytes("%-117s\n".formatted(header).getBytes(UTF_8));
    npy.writeBytes(rows.array());
    String hash = stored(npy.toByteArray());
    return new StubNode.Result(
        Map.of(
            "vectors",
            hash,
            "rows",
            texts.size(),
            "dimension",
            DIMENSION,
            "device",
            "cpu",
            "tokens",
            Collections.nCopies(texts.size(), 9),
            "tokensMax",
            256),
        List.of(hash));
  }

  private static String stored(byte[] bytes) {
    return Api.json(
            swarm
                .api()
                .send(
                    HttpRequest.newBuilder(URI.create(swarm.api().url() + "/api/v1/blobs"))
                        .POST(BodyPublishers.ofByteArray(bytes))))
        .path("sha256")
        .asText();
  }

  private void start(
      String id,
      Map<String, Object> capability,
      Function<JsonNode, StubNode.Result> work,
      BooleanSupplier vanishes) {
    StubNode node = new StubNode(swarm.api(), id, capability, work);
    nodes.add(Thread.ofPlatform().name(id).start(() -> node.run(over::get, vanishes)));
  }

  private void stopNodes() throws InterruptedException {
    over.set(true);
    for (Thread node : nodes) {
      node.join();
    }
  }
}
