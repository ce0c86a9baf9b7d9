package org.mycoswarm.node;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;

/// How documents that take a parser are read, in a process of their own.
///
/// @param classPath what that process runs, besides the classes that it shares with this one
/// @param heapMiB the most memory it may take for objects
/// @param time the most it may take for one document
public record ReaderSettings(String classPath, int heapMiB, Duration time) {
  public static final int HEAP_MIB = 512;
  public static final Duration TIME = Duration.ofSeconds(60);

  public ReaderSettings {
    if (heapMiB < 64) {
      throw new Refused(
          "Expected 64 MiB or more to read documents in, but it is %d".formatted(heapMiB));
    }
    if (time.isNegative() || time.isZero()) {
      throw new Refused("Expected a time to read a document in, but it is " + time);
    }
  }

  /// The class path of an installation: the folder `reader` beside that of our jars, unless the
  /// system property `reader` gives one.
  public static String usualClassPath() {
    String named = System.getProperty("reader");
    if (named != null && !named.isBlank()) {
      return named;
    }
    Path folder = ModelFolder.usual().resolveSibling("reader");
    return folder + File.separator + "*";
  }
}
