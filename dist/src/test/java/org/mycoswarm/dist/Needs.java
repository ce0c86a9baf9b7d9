package org.mycoswarm.dist;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Assumptions;
import org.opentest4j.AssertionFailedError;

/// What a test needs of the machine beyond a JDK: where it is not there the test is skipped and
/// says so, but fails where `MYCOSWARM_REQUIRE_ROOT` names it, as `.ci/run` does after it has tried
/// what works.
enum Needs {
  DISKS,
  NETWORKS,
  PROCESSES,
  CLOCK;

  void expect(boolean isThere, String obstacle) {
    String word = name().toLowerCase(Locale.ROOT);
    String required = System.getenv().getOrDefault("MYCOSWARM_REQUIRE_ROOT", "");
    if (!isThere && List.of(required.split(" ")).contains(word)) {
      throw new AssertionFailedError(
          "%s (MYCOSWARM_REQUIRE_ROOT names '%s')".formatted(obstacle, word));
    }
    Assumptions.assumeTrue(isThere, () -> "Not run: " + obstacle);
  }
}
