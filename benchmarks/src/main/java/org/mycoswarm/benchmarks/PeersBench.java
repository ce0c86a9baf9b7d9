package org.mycoswarm.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.mycoswarm.benchmarks.Results.Fact;
import org.mycoswarm.benchmarks.broker.ClassesRows;
import org.mycoswarm.benchmarks.broker.FootprintRows;
import org.mycoswarm.benchmarks.broker.PendingRows;
import org.mycoswarm.benchmarks.broker.ReplayRows;
import org.mycoswarm.benchmarks.broker.TimerRows;
import org.mycoswarm.benchmarks.load.Contender;
import org.mycoswarm.benchmarks.load.Figure;
import org.mycoswarm.benchmarks.load.Folders;

/// Measures our broker and its peers side by side, and our broker alone in what no peer has; writes
/// the document and its picture.
public final class PeersBench {
  private static final Logger ROOT = Logger.getLogger("");

  /// Rows of our broker alone, in a folder of their own.
  private interface Alone {
    List<Figure> in(Path folder) throws Exception;
  }

  private PeersBench() {}

  public static void main(String[] args) throws Exception {
    // Libraries of peers tell their life; only what is wrong matters here.
    ROOT.setLevel(Level.WARNING);
    Options options;
    try {
      options = Options.of(List.of(args));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    Path work = Files.createTempDirectory("mycoswarm-peers");
    try {
      run(options, work);
    } finally {
      Folders.delete(work);
    }
  }

  /// The document is written when the peers are done, and again after each row of our broker alone:
  /// what fails at the end takes nothing with it.
  static Results run(Options options, Path work) throws Exception {
    Results results =
        new Results(
            new ArrayList<>(Machine.facts(work)),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>());
    if (options.peers()) {
      try (Lineup lineup = Lineup.start(options, work)) {
        results.missing().addAll(lineup.missing());
        List<Contender> contenders = lineup.contenders();
        results.facts().add(new Fact("peers", versions(contenders)));
        results.entries().addAll(new Contest(options, System.out).run(contenders));
      }
      write(results, options);
    }
    for (Alone row : options.alone() ? alone(options) : List.<Alone>of()) {
      results.figures().addAll(measured(row, work));
      write(results, options);
    }
    results.facts().add(new Fact("load average at the end", Machine.loadAverage()));
    write(results, options);
    return results;
  }

  private static void write(Results results, Options options) throws IOException {
    Path document = options.docs().resolve("performance.md");
    if (!results.entries().isEmpty()) {
      new Picture(results).write(options.docs().resolve("images").resolve("performance.svg"));
    }
    new Report(results, options).write(document);
    System.out.println("Written: " + document);
  }

  private static List<Alone> alone(Options options) {
    Path lib = options.lib();
    int rounds = options.rounds();
    int seconds = options.seconds();
    return List.of(
        folder -> ReplayRows.run(lib, folder, options.events()),
        folder -> PendingRows.run(lib, folder, options.pending(), rounds, seconds),
        folder -> ClassesRows.run(lib, folder, options.classes(), rounds, seconds),
        folder -> FootprintRows.run(lib, folder, rounds, seconds),
        folder -> TimerRows.run(lib, folder, rounds));
  }

  private static List<Figure> measured(Alone row, Path work) throws Exception {
    Path folder = Files.createDirectory(work.resolve("alone"));
    List<Figure> figures = row.in(folder);
    figures.forEach(System.out::println);
    Folders.delete(folder);
    return figures;
  }

  private static String versions(List<Contender> contenders) throws Exception {
    List<String> versions = new ArrayList<>();
    for (Contender contender : contenders) {
      String version = contender.version();
      if (!version.isEmpty() && !versions.contains(version)) {
        versions.add(version);
      }
    }
    return String.join(" · ", versions);
  }
}
