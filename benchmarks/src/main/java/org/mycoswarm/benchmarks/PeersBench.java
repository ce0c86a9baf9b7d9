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
import org.mycoswarm.benchmarks.load.Contender;
import org.mycoswarm.benchmarks.load.Entry;
import org.mycoswarm.benchmarks.load.Figure;

/// Measures our broker and its peers side by side, and our broker alone in what no peer has; writes
/// the document and its picture.
public final class PeersBench {
  private static final Logger ROOT = Logger.getLogger("");

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
      write(run(options, work), options);
    } finally {
      Folders.delete(work);
    }
  }

  static Results run(Options options, Path work) throws Exception {
    List<Fact> facts = new ArrayList<>(Machine.facts(work));
    List<Entry> entries = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    if (options.peers()) {
      try (Lineup lineup = Lineup.start(options, work)) {
        missing.addAll(lineup.missing());
        List<Contender> contenders = lineup.contenders();
        facts.add(new Fact("peers", versions(contenders)));
        entries.addAll(new Contest(options, System.out).run(contenders));
      }
    }
    List<Figure> figures = options.alone() ? figures(options, work) : List.of();
    facts.add(new Fact("load average at the end", Machine.loadAverage()));
    return new Results(facts, entries, figures, missing);
  }

  static void write(Results results, Options options) throws IOException {
    Path document = options.docs().resolve("performance.md");
    if (!results.entries().isEmpty()) {
      new Picture(results).write(options.docs().resolve("images").resolve("performance.svg"));
    }
    new Report(results, options).write(document);
    System.out.println("Written: " + document);
  }

  private static List<Figure> figures(Options options, Path work) throws Exception {
    Path lib = options.lib();
    int rounds = options.rounds();
    int seconds = options.seconds();
    List<Figure> figures = new ArrayList<>();
    figures.addAll(said(ReplayRows.run(lib, work, options.events())));
    figures.addAll(said(PendingRows.run(lib, work, options.pending(), rounds, seconds)));
    figures.addAll(said(ClassesRows.run(lib, work, options.classes(), rounds, seconds)));
    figures.addAll(said(FootprintRows.run(lib, work, rounds, seconds)));
    return figures;
  }

  private static List<Figure> said(List<Figure> figures) {
    figures.forEach(System.out::println);
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
