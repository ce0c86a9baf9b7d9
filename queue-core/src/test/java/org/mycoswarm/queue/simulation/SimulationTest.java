package org.mycoswarm.queue.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The queue in a simulated world, in which everything goes wrong that can.
///
/// Short form, as CI runs it: fresh seeds each time; the first one is printed. Long form, and other
/// wishes, by system properties of `mvn -B -pl queue-core -am test -Dtest=SimulationTest
/// -Dsurefire.failIfNoSpecifiedTests=false`:
///
/// - `-Dsimulation.minutes=60` runs new seeds for an hour (the soak)
/// - `-Dsimulation.seeds=1000000` runs so many
/// - `-Dsimulation.seed=17` starts with this seed
/// - `-Dsimulation.script=1,0x4,2` replays one script, and tells what happens in it
/// - `-Dsimulation.bug=NO_FENCING` replays it with a planted mistake
@DisabledIfSystemProperty(named = "simulation.none", matches = "true")
class SimulationTest {
  private static final int SEEDS = 20_000;
  private static final int SEEDS_TO_FIND_A_BUG = 4_000;
  private static final Duration LONG = Duration.ofDays(365);

  @Test
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

  @ParameterizedTest(name = "{0}")
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aPlantedBugIsFound(Bug bug) {
    Seeds.Result result = Seeds.run(1, SEEDS_TO_FIND_A_BUG, LONG, bug);

    Found found = result.found();
    assertThat(found).as("%s is found within %d seeds", bug, SEEDS_TO_FIND_A_BUG).isNotNull();
    if (found != null) {
      System.out.printf(
          "%s is found by seed %d: %s%n", bug, found.seed(), found.violation().getMessage());
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "simulation.script", matches = ".*")
  void aScriptIsReplayed() {
    Bug bug = Bug.valueOf(System.getProperty("simulation.bug", "NONE"));

    World.run(
        Choices.fromScript(Script.parse(System.getProperty("simulation.script", ""))),
        bug,
        System.out::println);
  }
}
