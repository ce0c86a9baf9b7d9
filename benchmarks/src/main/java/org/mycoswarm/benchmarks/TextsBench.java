package org.mycoswarm.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.mycoswarm.benchmarks.broker.RunningBroker;
import org.mycoswarm.benchmarks.embedding.NaiveEmbedding;
import org.mycoswarm.benchmarks.load.Folders;
import org.mycoswarm.benchmarks.load.ServerProcess;
import org.mycoswarm.benchmarks.load.Spread;
import org.mycoswarm.inference.Model;
import org.mycoswarm.inference.ModelStore;
import org.mycoswarm.inference.Tokenizer;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.EmbedPayload;
import org.mycoswarm.schema.wire.SubmitRequest;
import org.mycoswarm.schema.wire.TaskSubmission;

/// Texts of 48 tokens embedded a second by one node of two workers, from a job's submission to its
/// end, and what memory the node has then; beside it ONNX Runtime as one calls it at first: batches
/// of 32, padded. All in turn, a row for each figure.
///
/// `java -cp ... org.mycoswarm.benchmarks.TextsBench LIB_FOLDER MODELS_FOLDER [ROUNDS]`
public final class TextsBench {
  private static final int TOKENS = 48;
  private static final int TASKS = 20;
  private static final int TEXTS_IN_TASK = 40;
  private static final int NAIVE_TEXTS = 128;
  private static final int WORKERS = 2;
  private static final int WAIT_MINUTES = 10;
  private static final long POLL_MILLIS = 20;
  private static final List<String> MODELS = List.of("all-minilm-l6-v2", "all-minilm-l6-v2-int8");
  private static final String[] WORDS =
      ("the node takes a task and keeps its lease while the house writes every change in one book"
              + " so that no work is lost when a machine falls asleep at night under the old tree")
          .split(" ");

  private final Client client;
  private final Tokenizer tokenizer;
  private final SplittableRandom random = new SplittableRandom(1);

  private TextsBench(Client client, Tokenizer tokenizer) {
    this.client = client;
    this.tokenizer = tokenizer;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length < 2) {
      System.err.println(
          "Expected the folders of the program's jars and models, and optionally how many rounds"
              + " (3); nothing was measured");
      System.exit(2);
    }
    Path lib = Path.of(args[0]).toAbsolutePath();
    ModelStore models = ModelStore.open(Path.of(args[1]).toAbsolutePath());
    int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 3;
    Path work = Files.createTempDirectory("mycoswarm-texts");
    try {
      for (String name : MODELS) {
        Model model = models.byName(name).orElseThrow();
        measure(lib, model, Files.createDirectory(work.resolve(name)), rounds);
      }
    } finally {
      Folders.delete(work);
    }
  }

  /// A first round warms up and is not counted.
  private static void measure(Path lib, Model model, Path work, int rounds)
      throws IOException, InterruptedException {
    double[] ours = new double[rounds];
    double[] to128 = new double[rounds];
    double[] toLongest = new double[rounds];
    double[] ratios = new double[rounds];
    double[] resident = new double[rounds];
    try (RunningBroker broker = RunningBroker.start(lib, work.resolve("broker"), List.of());
        Tokenizer tokenizer = Tokenizer.load(model.tokenizer());
        ServerProcess node = node(lib, model, work, "http://127.0.0.1:" + broker.port());
        NaiveEmbedding naive = NaiveEmbedding.open(model, WORKERS)) {
      TextsBench bench = new TextsBench(new Client("http://127.0.0.1:" + broker.port()), tokenizer);
      bench.await("/nodes", found -> found.toString().contains(model.digest()));
      for (int i = -1; i < rounds; i++) {
        int at = Math.max(i, 0);
        ours[at] = bench.round(model.digest());
        resident[at] = residentMiB(node.pid());
        List<long[]> ids =
            bench.texts(NAIVE_TEXTS).stream().map(text -> tokenizer.ids(text)).toList();
        to128[at] = naive.textsPerSecond(ids, 128);
        toLongest[at] = naive.textsPerSecond(ids, TOKENS);
        ratios[at] = ours[at] / to128[at];
      }
    }
    String what = "%s, texts of %d tokens: ".formatted(model.name(), TOKENS);
    say(what + "a node of " + WORKERS + " workers", "texts/s", ours);
    say(what + "the node's memory (RSS)", "MiB", resident);
    say(what + "batches of 32, padded to 128 as the tokenizer's file says", "texts/s", to128);
    say(what + "batches of 32, padded to the longest", "texts/s", toLongest);
    say(what + "the node, times batches of 32 padded to 128", "", ratios);
  }

  /// With this model alone, so that its memory is that of one model.
  private static ServerProcess node(Path lib, Model model, Path work, String url)
      throws IOException {
    Path models = Files.createDirectories(work.resolve("models"));
    Files.createSymbolicLink(models.resolve(model.name()), model.folder());
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.add("--sun-misc-unsafe-memory-access=allow");
    Path cache = lib.resolveSibling("mycoswarm-node-agent.aot");
    if (Files.isRegularFile(cache)) {
      command.addAll(List.of("-XX:AOTCache=" + cache, "-Xlog:disable"));
    }
    command.addAll(
        List.of(
            "-jar",
            RunningBroker.jar(lib, "mycoswarm-node-agent-").toString(),
            "--home",
            work.resolve("node").toString(),
            "--broker",
            url,
            "--workers",
            Integer.toString(WORKERS),
            "--ollama",
            "none",
            "--llama-server",
            "none",
            "--models",
            models.toString()));
    return ServerProcess.start(command, work.resolve("node.log"));
  }

  private double round(String model) throws IOException, InterruptedException {
    List<TaskSubmission> tasks = new ArrayList<>();
    for (int i = 0; i < TASKS; i++) {
      tasks.add(task(model));
    }
    long start = System.nanoTime();
    JsonNode job = client.post("/jobs", new SubmitRequest("bench", null, tasks));
    String path = "/jobs/" + job.get("job").asText();
    JsonNode ended = await(path, found -> !found.get("state").asText().equals("running"));
    double seconds = (System.nanoTime() - start) / 1e9;
    if (!ended.get("state").asText().equals("succeeded")) {
      throw new IOException("Expected the job to succeed, but: " + ended);
    }
    return TASKS * TEXTS_IN_TASK / seconds;
  }

  private TaskSubmission task(String model) {
    EmbedPayload payload = EmbedPayload.ofTexts(model, EmbedPayload.PLAIN, texts(TEXTS_IN_TASK));
    return new TaskSubmission(
        "embed", model, null, Json.LENIENT.valueToTree(payload), null, null, null);
  }

  /// Of exactly so many tokens, special ones included.
  private List<String> texts(int count) {
    List<String> texts = new ArrayList<>();
    while (texts.size() < count) {
      String[] words = new String[TOKENS - tokenizer.specialTokens()];
      Arrays.setAll(words, _ -> WORDS[random.nextInt(WORDS.length)]);
      String text = String.join(" ", words);
      if (tokenizer.count(text) == TOKENS) {
        texts.add(text);
      }
    }
    return texts;
  }

  private static double residentMiB(long pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
      }
    }
    throw new IOException("Expected the memory of process %d in its status".formatted(pid));
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

  private static void say(String what, String unit, double[] figures) {
    Spread spread = Spread.of(figures);
    System.out.printf(
        "| %s | %s %s | %s |%n", what, Numbers.of(spread.median()), unit, Numbers.range(spread));
  }
}
