package org.mycoswarm.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.mycoswarm.benchmarks.load.Contender;

/// Measures our broker and its peers side by side, and our broker alone in what no peer has; writes
/// the document and its picture.
public final class PeersBench {
  private static final Logger ROOT = Logger.getLogger("");

  private PeersBench() {}

  public static void main(String[] args) throws Exception {
    // Libraries of peers tell their life; only what is wrong matters here.
    ROOT.setLevel(Level.WARNING);
    Options options = Options.of(List.of(args));
    Path work = Files.createTempDirectory("mycoswarm-peers");
    try (Lineup lineup = Lineup.start(options.lib(), work, options.bullmq())) {
      System.out.println("missing: " + lineup.missing());
      List<Contender> contenders =
          lineup.contenders().stream()
              .filter(contender -> contender.name().contains(options.only()))
              .toList();
      new Contest(options, System.out).run(contenders);
    } finally {
      Folders.delete(work);
    }
  }
}
