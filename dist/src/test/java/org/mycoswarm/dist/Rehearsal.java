package org.mycoswarm.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  private static boolean isMissing(String artifact) {
    Path cache = cache(artifact);
    try {
      return !Files.exists(cache)
          || Files.getLastModifiedTime(cache)
                  .compareTo(Files.getLastModifiedTime(Swarm.jar(artifact)))
              < 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
