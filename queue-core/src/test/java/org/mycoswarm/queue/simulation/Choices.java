package org.mycoswarm.queue.simulation;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Every choice of a simulation: from a seed at first, from a recorded script when the run is to be
/// seen again. Each part of the world makes its choices in a stream of its own, so that a choice
/// taken out of one does not move those of another.
final class Choices {
  private final long seed;
  private final @Nullable Script script;
  private final SortedMap<String, Stream> streams = new TreeMap<>();

  private Choices(long seed, @Nullable Script script) {
    this.seed = seed;
    this.script = script;
  }

  static Choices fromSeed(long seed) {
    return new Choices(seed, null);
  }

  static Choices fromScript(Script script) {
    return new Choices(0, script);
  }

  /// @param name of the part of the world, once each
  Stream of(String name) {
    Stream stream =
        script == null
            ? new Stream(new SplittableRandom(seed * 31 + name.hashCode()).split(), new int[64])
            : new Stream(null, script.choices(name));
    streams.put(name, stream);
    return stream;
  }

  Script script() {
    SortedMap<String, int[]> made = new TreeMap<>();
    streams.forEach((name, stream) -> made.put(name, stream.made()));
    return new Script(made);
  }

  /// The choices of one part of the world, in order. Where a script has ended it goes on with
  /// zeros, and zero is always the harmless choice: no fault, the shortest time, the fewest tasks.
  static final class Stream {
    private final @Nullable SplittableRandom random;
    private int[] made;
    private int count;

    private Stream(@Nullable SplittableRandom random, int[] made) {
      this.random = random;
      this.made = made;
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

    private int[] made() {
      return random == null ? made : Arrays.copyOf(made, count);
    }

    private int record(int choice) {
      if (count == made.length) {
        made = Arrays.copyOf(made, 2 * count);
      }
      made[count++] = choice;
      return choice;
    }
  }
}
