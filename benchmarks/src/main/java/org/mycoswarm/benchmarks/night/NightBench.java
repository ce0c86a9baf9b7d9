package org.mycoswarm.benchmarks.night;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.mycoswarm.benchmarks.load.Folders;
import org.mycoswarm.benchmarks.load.Spread;
import org.mycoswarm.inference.Model;
import org.mycoswarm.inference.ModelStore;

/// What a night of indexing costs, through a broker and two nodes of one worker each: the rows of a
/// table for docs/performance.md.
///
/// `NightBench LIB MODELS throughput FOLDER [ROUNDS [ONE_IN]]`: a folder beside bare ONNX Runtime.
/// Both have the same chunks, and each round other files, one in so many.
///
/// `NightBench LIB MODELS nights FOLDER`: the folder from zero, the next night in which nothing has
/// changed, and one in which every file is read, with vectors that cost nothing.
///
/// `NightBench LIB MODELS real FOLDER [ONE_IN]`: one file in so many, from zero and with real
/// vectors, and how far what was told of the end was from it.
public final class NightBench {
  private static final String MODEL = "all-minilm-l6-v2-int8";

  private final Path lib;
  private final Path models;
  private final Path work;

  private NightBench(Path lib, Path models, Path work) {
    this.lib = lib;
    this.models = models;
    this.work = work;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length < 4) {
      System.err.println(
          "Expected the folders of the program's jars and models, what to measure (throughput,"
              + " nights or real) and a folder of documents, but there are "
              + args.length
              + " words; nothing was measured. `make bench-night` says how it is called");
      System.exit(2);
    }
    Path work = Files.createTempDirectory("mycoswarm-night");
    NightBench bench =
        new NightBench(Path.of(args[0]).toAbsolutePath(), Path.of(args[1]).toAbsolutePath(), work);
    Path folder = Path.of(args[3]).toAbsolutePath();
    System.out.printf(
        "%s, %d processors, Java %s, load average at the start: %s%n",
        folder.getFileName(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.version"),
        Files.readString(Path.of("/proc/loadavg")).strip());
    try {
      switch (args[2]) {
        case "throughput" ->
            bench.throughput(
                folder,
                args.length > 4 ? Integer.parseInt(args[4]) : 3,
                args.length > 5 ? Integer.parseInt(args[5]) : 40);
        case "nights" -> bench.nights(folder);
        case "real" -> bench.real(folder, args.length > 4 ? Integer.parseInt(args[4]) : 1);
        default ->
            throw new IllegalArgumentException(
                "Expected throughput, nights or real, but got '%s'".formatted(args[2]));
      }
    } finally {
      Folders.delete(work);
    }
  }

  /// A first round warms up and is not counted.
  private void throughput(Path folder, int rounds, int oneIn)
      throws IOException, InterruptedException {
    Model model = ModelStore.open(models).byName(MODEL).orElseThrow();
    double[] rates = new double[rounds];
    double[] ratios = new double[rounds];
    double[] queue = new double[rounds];
    double[] late = new double[rounds];
    try (TwoNodes swarm = TwoNodes.start(lib, models, work, model.digest());
        BareRuntime bare = BareRuntime.open(model, 2)) {
      for (int round = -1; round < rounds; round++) {
        Path some = part(folder, round + 1, oneIn);
        double broker = swarm.brokerCpuSeconds();
        double nodes = swarm.nodesCpuSeconds();
        String name = "part-" + (round + 1);
        TwoNodes.Ended ended =
            swarm.run(name, Map.of("folder", some.toString(), "model", model.digest()));
        broker = swarm.brokerCpuSeconds() - broker;
        nodes = swarm.nodesCpuSeconds() - nodes;
        List<long[]> ids = bare.ids(swarm.embedded(name));
        double seconds = bare.seconds(ids);
        int at = Math.max(round, 0);
        rates[at] = ended.report().path("chunksEmbedded").asInt() / ended.seconds();
        ratios[at] = 100 * rates[at] / (ids.size() / seconds);
        queue[at] = 100 * broker / nodes;
        late[at] = error(ended);
        System.out.printf(
            Locale.ROOT,
            "round %d: %d files, %d chunks (%d to the bare runtime; tokens %d and %d), %.1f s,"
                + " bare %.1f s, CPU broker %.1f s, nodes %.1f s, ETA off by %.0f %%, %s%n",
            round,
            ended.files(),
            ended.report().path("chunksEmbedded").asInt(),
            ids.size(),
            tokens(ended.report()),
            ids.stream().mapToLong(row -> row.length).sum(),
            ended.seconds(),
            seconds,
            broker,
            nodes,
            late[at],
            ended.reasons());
      }
    }
    say("whole pipeline, 2 nodes of one worker, int8 MiniLM", "chunks/s", rates);
    say("of bare ONNX Runtime with two threads on the same chunks", "%", ratios);
    say("the broker's processor time (queue, tables, index), of that of the nodes", "%", queue);
    say("the end as told, from 10 % on, off by at most, of the whole", "%", late);
  }

  private void nights(Path folder) throws IOException, InterruptedException {
    Path tables = work.resolve("models");
    WordTable.write(tables.resolve(WordTable.NAME), models.resolve(MODEL));
    String digest = ModelStore.open(tables).byName(WordTable.NAME).orElseThrow().digest();
    try (TwoNodes swarm = TwoNodes.start(lib, tables, work, digest)) {
      Map<String, Object> first = Map.of("folder", folder.toString(), "model", digest);
      say("first night, vectors that cost nothing", swarm.run("night", first));
      for (int i = 0; i < 3; i++) {
        say("nothing changed, by file state", swarm.run("night", Map.of()));
      }
      for (int i = 0; i < 3; i++) {
        say("nothing changed, every file read", swarm.run("night", Map.of("audit", true)));
      }
    }
  }

  private void real(Path folder, int oneIn) throws IOException, InterruptedException {
    String digest = ModelStore.open(models).byName(MODEL).orElseThrow().digest();
    try (TwoNodes swarm = TwoNodes.start(lib, models, work, digest)) {
      Path some = oneIn == 1 ? folder : part(folder, 0, oneIn);
      TwoNodes.Ended ended = swarm.run("real", Map.of("folder", some.toString(), "model", digest));
      say("from zero, int8 MiniLM", ended);
      System.out.printf(
          Locale.ROOT,
          "| the end as told, from 10 %% on, off by at most | %.0f %% of the whole |%n",
          error(ended));
    }
  }

  /// How far the end that was told was from the true one at most, from 10 % of the chunks on, in
  /// percent of the whole time; not a number when nothing was told.
  private static double error(TwoNodes.Ended ended) {
    int all = ended.report().path("chunksEmbedded").asInt();
    return ended.told().stream()
        .filter(told -> told.embedded() * 10L >= all && !Double.isNaN(told.left()))
        .mapToDouble(told -> Math.abs(told.seconds() + told.left() - ended.seconds()))
        .map(off -> 100 * off / ended.seconds())
        .max()
        .orElse(Double.NaN);
  }

  private static long tokens(JsonNode report) {
    long sum = 0;
    for (JsonNode node : report.path("nodes")) {
      sum += node.path("totals").path("tokens").asLong();
    }
    return sum;
  }

  /// Links to one file in so many, in a folder of its own.
  private Path part(Path folder, int number, int oneIn) throws IOException {
    Path part = Files.createDirectory(work.resolve("part-" + number));
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(folder)) {
      all.filter(path -> Files.isRegularFile(path) && !Files.isSymbolicLink(path))
          .sorted()
          .forEach(files::add);
    }
    for (int i = number; i < files.size(); i += oneIn) {
      Path file = files.get(i);
      Files.copy(file, part.resolve(i + "-" + file.getFileName()));
    }
    return part;
  }

  private static void say(String what, TwoNodes.Ended ended) {
    JsonNode report = ended.report();
    System.out.printf(
        Locale.ROOT,
        "| %s | %.1f s | %d files: %s; %d chunks embedded, %d index writes, state %s; %s |%n",
        what,
        ended.seconds(),
        ended.files(),
        report.path("counts"),
        report.path("chunksEmbedded").asInt(),
        report.path("indexWrites").asInt(),
        report.path("state").asText(),
        new TreeMap<>(ended.reasons()));
  }

  private static void say(String what, String unit, double[] figures) {
    Spread spread = Spread.of(figures);
    System.out.printf(
        Locale.ROOT,
        "| %s | %.1f %s | %.1f .. %.1f |%n",
        what,
        spread.median(),
        unit,
        spread.least(),
        spread.most());
  }
}
