package org.mycoswarm.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;

/// The launcher's rehearsal of what Maven has just built, once for all tests: they start some
/// hundreds of programs, which then take half the time or less.
final class Rehearsal {
  private static final Path BUILT = Swarm.ROOT.resolve("dist/target/mycoswarm");

  private Rehearsal() {}

  static {
    if (isMissing("mycoswarm-broker") || isMissing("mycoswarm-node-agent")) {
      CommandRun run =
          CommandRun.of(
              List.of(Swarm.ROOT.resolve("mycoswarm").toString(), "--rehearse"),
              Map.of("JAVA_HOME", System.getProperty("java.home")),
              Swarm.ROOT.resolve("dist/target"));
      System.out.printf("The rehearsal ended with %d%n", run.exit());
    }
  }

  /// Options of the JVM; none when there was no rehearsal.
  static List<String> options(String artifact) {
    Path cache = cache(artifact);
    return Files.isRegularFile(cache)
        ? List.of("-XX:AOTCache=" + cache, "-Xlog:disable")
        : List.of();
  }

  private static Path cache(String artifact) {
    return BUILT.resolve(artifact + ".aot");
  }

  /// A JVM runs the classes that are in the cache, whatever is in the jars by now.
  private static boolean isOlder(Path cache) throws IOException {
    FileTime made = Files.getLastModifiedTime(cache);
    try (DirectoryStream<Path> jars =
        Files.newDirectoryStream(BUILT.resolve("lib"), "mycoswarm-*.jar")) {
      for (Path jar : jars) {
        if (Files.getLastModifiedTime(jar).compareTo(made) > 0) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isMissing(String artifact) {
    Path cache = cache(artifact);
    try {
      return !Files.exists(cache) || isOlder(cache);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
