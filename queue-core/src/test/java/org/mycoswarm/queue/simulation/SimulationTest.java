package org.mycoswarm.queue.simulation;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// The queue in a simulated world, in which everything goes wrong that can.
///
/// Short form, as CI runs it: fresh seeds each time; the first one is printed. Long form, and other
/// wishes, by system properties of `mvn -B -pl queue-core -am test -Dtest=SimulationTest
/// -Dsurefire.failIfNoSpecifiedTests=false`:
///
/// - `-Dsimulation.minutes=60` runs new seeds for an hour (the soak)
/// - `-Dsimulation.seeds=1000000` runs so many
/// - `-Dsimulation.seed=17` starts with this seed
/// - `-Dsimulation.script="broker:0x4,1;n0:7"` replays one script, and tells what happens in it
/// - `-Dsimulation.bug=NO_FENCING` replays it with a planted mistake
class SimulationTest {
  private static final int SEEDS = 20_000;
  private static final Duration LONG = Duration.ofDays(365);

  @Test
  @DisabledIfSystemProperty(named = "simulation.script", matches = ".*")
  void everyPromiseIsKeptWhateverGoesWrong() {
    long first = Long.getLong("simulation.seed", System.currentTimeMillis());
    Integer minutes = Integer.getInteger("simulation.minutes");
    long seeds = Long.getLong("simulation.seeds", minutes == null ? SEEDS : Long.MAX_VALUE - first);
    System.out.printf("Simulations from seed %d on%n", first);

    Seeds.Result result =
        Seeds.run(first, seeds, minutes == null ? LONG : Duration.ofMinutes(minutes), Bug.NONE);

    System.out.printf(
        "%,d seeds in %d s, %,d a minute%n",
        result.ran(), result.took().toSeconds(), result.perMinute());
    Found found = result.found();
    if (found != null) {
      throw new AssertionError(found.shrunk().report(), found.violation());
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "simulation.script", matches = ".*")
  void aScriptIsReplayed() {
    Script script = Script.parse(System.getProperty("simulation.script", ""));
    Bug bug = Bug.valueOf(System.getProperty("simulation.bug", "NONE"));

    World.run(Choices.fromScript(script), bug, System.out::println);
  }
}
