package org.mycoswarm.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.mycoswarm.benchmarks.broker.RunningBroker;
import org.mycoswarm.benchmarks.load.Folders;
import org.mycoswarm.benchmarks.load.ServerProcess;
import org.mycoswarm.benchmarks.load.Spread;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.EmbedFolder;
import org.mycoswarm.schema.wire.Manifest;
import org.mycoswarm.schema.wire.SubmitRequest;

/// Chunks embedded a second by one node and by two, of one worker each, from a job's submission to
/// its end: a broker and nodes as people run them. Prints the median over the rounds, and the
/// spread.
///
/// `java -cp ... org.mycoswarm.benchmarks.EmbedBench LIB_FOLDER MODELS_FOLDER [ROUNDS]`
public final class EmbedBench {
  private static final int FILES = 20;
  private static final int WAIT_MINUTES = 10;
  private static final long POLL_MILLIS = 20;
  private static final String[] WORDS =
      ("the node pulls a task and renews its lease while the broker keeps every change in one log"
              + " so that no work is lost when a machine falls asleep at night")
          .split(" ");

  private final Client client;
  private long seed = 1;

  private EmbedBench(Client client) {
    this.client = client;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length < 2) {
      System.err.println(
          "Expected the folders of the program's jars and models, and optionally how many rounds"
              + " (3); nothing was measured");
      System.exit(2);
    }
    Path lib = Path.of(args[0]).toAbsolutePath();
    Path models = Path.of(args[1]).toAbsolutePath();
    int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 3;
    Path work = Files.createTempDirectory("mycoswarm-embed");
    try {
      for (int nodes = 1; nodes <= 2; nodes++) {
        Spread rate =
            measure(lib, models, Files.createDirectory(work.resolve("" + nodes)), nodes, rounds);
        System.out.printf(
            "embed a folder, int8 MiniLM, %d node(s) of one worker: %s chunks/s (%s), %d rounds%n",
            nodes, Numbers.of(rate.median()), Numbers.range(rate), rounds);
      }
    } finally {
      Folders.delete(work);
    }
  }

  /// A first round warms up and is not counted.
  private static Spread measure(Path lib, Path models, Path work, int nodes, int rounds)
      throws IOException, InterruptedException {
    List<ServerProcess> started = new ArrayList<>();
    try (RunningBroker broker = RunningBroker.start(lib, work.resolve("broker"), List.of())) {
      String url = "http://127.0.0.1:" + broker.port();
      for (int node = 1; node <= nodes; node++) {
        started.add(node(lib, models, work, "node-" + node, url));
      }
      EmbedBench bench = new EmbedBench(new Client(url));
      bench.await("/nodes", found -> found.get("items").size() >= nodes);
      bench.round();
      double[] rates = new double[rounds];
      for (int i = 0; i < rounds; i++) {
        rates[i] = bench.round();
      }
      return Spread.of(rates);
    } finally {
      started.forEach(ServerProcess::close);
    }
  }

  private static ServerProcess node(Path lib, Path models, Path work, String name, String url)
      throws IOException {
    List<String> command =
        List.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "--sun-misc-unsafe-memory-access=allow",
            "-jar",
            RunningBroker.jar(lib, "mycoswarm-node-agent-").toString(),
            "--home",
            work.resolve(name).toString(),
            "--broker",
            url,
            "--name",
            name,
            "--workers",
            "1",
            "--models",
            models.toString());
    return ServerProcess.start(command, work.resolve(name + ".log"));
  }

  private double round() throws IOException, InterruptedException {
    String manifest = upload();
    long start = System.nanoTime();
    EmbedFolder folder = new EmbedFolder(manifest, null, null, null);
    JsonNode job = client.post("/jobs", new SubmitRequest("bench", folder, null));
    String path = "/jobs/" + job.get("job").asText();
    JsonNode ended = await(path, found -> !found.get("state").asText().equals("running"));
    double seconds = (System.nanoTime() - start) / 1e9;
    return ended.get("totals").get("vectors").asLong() / seconds;
  }

  /// @throws IOException when it is not so within ten minutes
  private JsonNode await(String path, Predicate<JsonNode> isSo)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(WAIT_MINUTES);
    JsonNode found = client.get(path);
    while (!isSo.test(found)) {
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "Expected another answer to %s within %d minutes, but it is still: %s"
                .formatted(path, WAIT_MINUTES, found));
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      found = client.get(path);
    }
    return found;
  }

  /// Documents that nobody has seen before, of a few chunks each.
  private String upload() throws IOException, InterruptedException {
    List<Manifest.FileEntry> files = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(seed++);
    for (int i = 0; i < FILES; i++) {
      StringBuilder text = new StringBuilder();
      for (int word = 1; word <= 900; word++) {
        text.append(WORDS[random.nextInt(WORDS.length)]).append(word % 15 == 0 ? ".\n" : " ");
      }
      byte[] bytes = text.toString().getBytes(UTF_8);
      String hash = client.postBytes("/blobs", bytes).get("sha256").asText();
      files.add(new Manifest.FileEntry("doc-" + i + ".txt", hash, bytes.length));
    }
    byte[] manifest = Json.LENIENT.writeValueAsBytes(new Manifest(files, List.of()));
    return client.postBytes("/blobs", manifest).get("sha256").asText();
  }
}
