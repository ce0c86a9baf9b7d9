package org.mycoswarm.queue.log.chronicle;

import java.util.logging.Level;
import java.util.logging.Logger;
import net.openhft.chronicle.core.Jvm;

/// What must be said to Chronicle's libraries before the first of their classes loads: tell nobody,
/// print nothing, start no threads that we have no use for.
final class ChronicleRuntime {
  /// Held here, because the JDK forgets the level of a logger that nobody holds.
  private static final Logger CHRONICLES_LOGGER = Logger.getLogger("net.openhft");

  static {
    if (CHRONICLES_LOGGER.getLevel() == null) {
      CHRONICLES_LOGGER.setLevel(Level.WARNING);
    }
    System.setProperty("chronicle.analytics.disable", "true");
    System.setProperty("chronicle.announcer.disable", "true");
    System.setProperty("chronicle.disk.monitor.disable", "true");
    System.setProperty("jvm.resource.tracing", "false");
    System.setProperty("disable.resource.warning", "true");
    Jvm.disableDebugHandler();
    Jvm.disablePerfHandler();
  }

  private ChronicleRuntime() {}

  /// Does nothing but load this class; call it before any class of Chronicle is touched.
  static void prepare() {}
}
