package org.mycoswarm.queue.simulation;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Every choice of a simulation, in order: from a seed at first, from a recorded script when the
/// run is to be seen again. A script that has ended goes on with zeros, and zero is always the
/// harmless choice: no fault, the shortest time, the fewest tasks.
final class Choices {
  private final @Nullable SplittableRandom random;
  private int[] made;
  private int count;

  private Choices(@Nullable SplittableRandom random, int[] made) {
    this.random = random;
    this.made = made;
  }

  static Choices fromSeed(long seed) {
    return new Choices(new SplittableRandom(seed), new int[1 << 10]);
  }

  static Choices fromScript(Script script) {
    return new Choices(null, script.choices());
  }

  /// A number of at least 0 and less than `bound`.
  int next(int bound) {
    if (random == null) {
      return count < made.length ? made[count++] % bound : 0;
    }
    return record(random.nextInt(bound));
  }

  int between(int least, int most) {
    return least + next(most - least + 1);
  }

  boolean happens(int perMille) {
    if (random == null) {
      return count < made.length && made[count++] != 0;
    }
    return record(random.nextInt(1000) < perMille ? 1 : 0) == 1;
  }

  Script script() {
    return new Script(random == null ? made : Arrays.copyOf(made, count));
  }

  private int record(int choice) {
    if (count == made.length) {
      made = Arrays.copyOf(made, 2 * count);
    }
    made[count++] = choice;
    return choice;
  }
}
