package org.mycoswarm.node;

import java.util.logging.Level;
import java.util.logging.Logger;

/// One line a message, on stderr.
final class Logging {
  /// The logger of a name lives only as long as somebody holds it.
  private static final Logger JMDNS = Logger.getLogger("javax.jmdns");

  private Logging() {}

  /// Before the first logger is made.
  static void oneLine() {
    if (System.getProperty("java.util.logging.SimpleFormatter.format") == null) {
      System.setProperty(
          "java.util.logging.SimpleFormatter.format", "%1$tFT%1$tT.%1$tL%1$tz %4$s %5$s%6$s%n");
    }
    // It reports every packet of a foreign program that it cannot read.
    JMDNS.setLevel(Level.OFF);
  }
}
