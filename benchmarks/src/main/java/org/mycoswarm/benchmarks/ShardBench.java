package org.mycoswarm.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.mycoswarm.benchmarks.load.Folders;
import org.mycoswarm.benchmarks.load.Spread;
import org.mycoswarm.benchmarks.stages.RawCopy;
import org.mycoswarm.benchmarks.stages.StagedModel;

/// What a model in stages costs and gives: what lies between two stages, what another stage costs a
/// lone text, and what several texts at a time give. The broker is the real one; the stages speak
/// its protocol and wait for a fixed time in place of computing, so that the figures are of what is
/// between them. Prints a row for each figure and draws a picture.
///
/// `java -cp ... org.mycoswarm.benchmarks.ShardBench LIB_FOLDER PICTURE_FILE [ROUNDS]`
public final class ShardBench {
  private static final double STAGE_MILLIS = 20;
  private static final int SECONDS = 2;
  private static final int HOP_TOKENS = 400;
  private static final int HOP_BYTES = 8_192 + 150;
  private static final Map<Integer, List<Integer>> TEXTS =
      new TreeMap<>(Map.of(2, List.of(1, 2, 3, 4), 4, List.of(1, 2, 4, 6, 8)));

  private final Path lib;
  private final Path work;
  private final int rounds;

  private ShardBench(Path lib, Path work, int rounds) {
    this.lib = lib;
    this.work = work;
    this.rounds = rounds;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length < 2) {
      System.err.println(
          "Expected the folder of the program's jars and a file for the picture, and optionally how"
              + " many rounds (5); nothing was measured");
      System.exit(2);
    }
    int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 5;
    Path work = Files.createTempDirectory("mycoswarm-stages");
    try {
      Machine.facts(work).forEach(fact -> System.out.println(fact.name() + ": " + fact.value()));
      ShardBench bench = new ShardBench(Path.of(args[0]).toAbsolutePath(), work, rounds);
      StagedModel.write(work.resolve("model"));
      bench.hop();
      bench.another();
      List<StagePicture.Point> points = new ArrayList<>();
      for (int stages : TEXTS.keySet()) {
        points.addAll(bench.many(stages));
      }
      new StagePicture(points, STAGE_MILLIS).write(Path.of(args[1]));
      System.out.println("load average at the end: " + Machine.loadAverage());
    } finally {
      Folders.delete(work);
    }
  }

  /// From one stage over the broker to the next, a token at a time.
  private void hop() throws IOException, InterruptedException {
    try (StagedModel model = start("hop", 2, 0)) {
      double[] hops = new double[rounds];
      double[] raw = new double[rounds];
      double[] over = new double[rounds];
      double[] tokens = new double[rounds];
      double _ = model.tokensPerSecond(1, HOP_TOKENS);
      for (int i = 0; i < rounds; i++) {
        tokens[i] = 1_000 / model.tokensPerSecond(1, HOP_TOKENS) / model.stages();
        hops[i] = model.hopMillis();
        raw[i] = RawCopy.millis(HOP_BYTES, HOP_TOKENS);
        over[i] = hops[i] - raw[i];
      }
      say("8 KiB from a stage over the broker to the next, p50", "ms", hops);
      say("the same bytes copied over bare TCP, p50", "ms", raw);
      say("more than the bare copy", "ms", over);
      say("a token through stages that take no time, for each stage", "ms", tokens);
    }
  }

  /// The same work in one stage and in two, in turn.
  private void another() throws IOException, InterruptedException {
    try (StagedModel one = start("one", 1, 2 * STAGE_MILLIS);
        StagedModel two = start("two", 2, STAGE_MILLIS)) {
      int tokens = (int) (SECONDS * 1_000 / (2 * STAGE_MILLIS));
      double[] more = new double[rounds];
      for (int i = -1; i < rounds; i++) {
        double whole = one.tokensPerSecond(1, tokens);
        double cut = two.tokensPerSecond(1, tokens);
        more[Math.max(i, 0)] = (whole / cut - 1) * 100;
      }
      say("2 stages of 20 ms in place of 1 of 40 ms, one text: longer by", "%", more);
    }
  }

  /// One text and several, in turn.
  private List<StagePicture.Point> many(int stages) throws IOException, InterruptedException {
    Map<Integer, double[]> rates = new TreeMap<>();
    Objects.requireNonNull(TEXTS.get(stages))
        .forEach(texts -> rates.put(texts, new double[rounds]));
    try (StagedModel model = start("many-" + stages, stages, STAGE_MILLIS)) {
      for (int i = -1; i < rounds; i++) {
        for (Map.Entry<Integer, double[]> row : rates.entrySet()) {
          int texts = row.getKey();
          double period = STAGE_MILLIS * Math.max(texts, stages);
          int tokens = Math.max(20, (int) (SECONDS * 1_000 / period));
          row.getValue()[Math.max(i, 0)] = model.tokensPerSecond(texts, tokens);
        }
      }
    }
    double[] lone = Objects.requireNonNull(rates.get(1));
    List<StagePicture.Point> points = new ArrayList<>();
    for (Map.Entry<Integer, double[]> measured : rates.entrySet()) {
      double[] ratios = new double[rounds];
      for (int i = 0; i < rounds; i++) {
        ratios[i] = measured.getValue()[i] / lone[i];
      }
      String what = "%d stages of 20 ms, %d text(s)".formatted(stages, measured.getKey());
      say(what, "tokens/s", measured.getValue());
      say(what + ": times one text", "", ratios);
      points.add(new StagePicture.Point(stages, measured.getKey(), Spread.of(measured.getValue())));
    }
    return points;
  }

  private StagedModel start(String name, int stages, double millis)
      throws IOException, InterruptedException {
    return StagedModel.start(lib, work.resolve(name), work.resolve("model"), stages, millis);
  }

  private static void say(String what, String unit, double[] figures) {
    Spread spread = Spread.of(figures);
    System.out.printf(
        "| %s | %s %s | %s |%n", what, Numbers.of(spread.median()), unit, Numbers.range(spread));
  }
}
