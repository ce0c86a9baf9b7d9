package org.mycoswarm.broker;

import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/// One line for each thing worth knowing, on stderr. Libraries are heard only when they are in
/// trouble.
final class Logging {
  private static final Map<String, Level> QUIET =
      Map.of(
          "net.openhft",
          Level.SEVERE, // it warns of an optional library at every start
          "org.eclipse.jetty",
          Level.WARNING,
          "org.glassfish.jersey",
          Level.WARNING,
          "org.glassfish.jersey.internal.inject.Providers",
          Level.SEVERE, // it warns that resources are no providers, which is so
          "javax.jmdns",
          Level.SEVERE);

  /// Keeps the loggers alive: the JDK forgets the level of one that nobody holds.
  private static final List<Logger> HELD = QUIET.keySet().stream().map(Logger::getLogger).toList();

  private Logging() {}

  static void setUp() {
    HELD.forEach(logger -> logger.setLevel(QUIET.get(logger.getName())));
  }
}
