package org.mycoswarm.queue.simulation;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A seed that broke a promise, and the shortest script found that breaks it, too.
record Found(long seed, Bug bug, Violation violation, Script script) {
  private static final int LINE_MAX = 200;
  private static final int TRIES_MAX = 6_000;

  /// Runs one seed.
  ///
  /// @return what it found, if anything
  static @Nullable Found in(long seed, Bug bug) {
    Choices choices = Choices.fromSeed(seed);
    Violation violation = broken(choices, bug);
    return violation == null ? null : new Found(seed, bug, violation, choices.script());
  }

  Found shrunk() {
    Script shortest = Shrinker.shortest(script, this::breaksTheSame, TRIES_MAX);
    Violation same = broken(Choices.fromScript(shortest), bug);
    return new Found(seed, bug, same == null ? violation : same, shortest);
  }

  /// Everything that a person needs to see it happen again.
  String report() {
    List<String> story = new ArrayList<>();
    try {
      World.run(Choices.fromScript(script), bug, line -> story.add(shortened(line)));
    } catch (Violation e) {
      story.add(e.getMessage());
    }
    return """
    Seed %d breaks a promise: %s

    The shortest script found for it has %d choices that are not harmless. Replay it with
      mvn -B -pl queue-core -am test -Dtest=SimulationTest -Dsurefire.failIfNoSpecifiedTests=false \
    -Dsimulation.script="%s"%s

    What happens in it:
    %s
    """
        .formatted(
            seed,
            violation.getMessage(),
            script.harmful(),
            script,
            bug == Bug.NONE ? "" : " -Dsimulation.bug=" + bug,
            String.join("\n", story));
  }

  private static String shortened(String line) {
    return line.length() <= LINE_MAX ? line : line.substring(0, LINE_MAX) + " ...";
  }

  private boolean breaksTheSame(Script candidate) {
    Violation other = broken(Choices.fromScript(candidate), bug);
    return other != null && other.promise() == violation.promise();
  }

  private static @Nullable Violation broken(Choices choices, Bug bug) {
    try {
      World.run(choices, bug);
      return null;
    } catch (Violation e) {
      return e;
    }
  }
}
