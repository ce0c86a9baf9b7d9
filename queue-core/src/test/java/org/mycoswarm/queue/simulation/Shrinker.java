package org.mycoswarm.queue.simulation;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/// Looks for the shortest script that still fails: takes choices out, makes them harmless, makes
/// them smaller, as long as any of that helps (delta debugging; Zeller and Hildebrandt, 2002).
final class Shrinker {
  private final Predicate<Script> fails;
  private int triesLeft;
  private Script best;

  private Shrinker(Script failing, Predicate<Script> fails, int triesMax) {
    this.best = failing;
    this.fails = fails;
    this.triesLeft = triesMax;
  }

  /// @param fails whether a script breaks the same promise
  /// @param triesMax how many scripts are tried at most
  static Script shortest(Script failing, Predicate<Script> fails, int triesMax) {
    Shrinker shrinker = new Shrinker(failing, fails, triesMax);
    while (shrinker.triesLeft > 0 && shrinker.pass()) {
      // As long as it helps.
    }
    return shrinker.best;
  }

  private boolean pass() {
    Script before = best;
    List.copyOf(best.names()).forEach(name -> take(best.with(name, new int[0])));
    List.copyOf(best.names()).forEach(this::shorten);
    return best.isSimplerThan(before);
  }

  private void shorten(String name) {
    for (int size = Math.max(1, choices(name).length / 2); size > 0; size /= 2) {
      zero(name, size);
      cut(name, size);
    }
    for (int at = 0; at < choices(name).length; at++) {
      lower(name, at);
    }
  }

  /// From the end on: what was not chosen yet may not matter any more.
  private void zero(String name, int size) {
    for (int to = choices(name).length; to > 0; to = Math.min(to - size, choices(name).length)) {
      int[] changed = choices(name).clone();
      Arrays.fill(changed, Math.max(0, to - size), to, 0);
      take(best.with(name, changed));
    }
  }

  private void cut(String name, int size) {
    int at = 0;
    while (at + size <= choices(name).length) {
      int from = at;
      int[] rest =
          IntStream.range(0, choices(name).length)
              .filter(i -> i < from || i >= from + size)
              .map(i -> choices(name)[i])
              .toArray();
      at += take(best.with(name, rest)) ? 0 : size;
    }
  }

  private void lower(String name, int at) {
    for (int value = 1; value < choices(name)[at]; value = 2 * value + 1) {
      int[] changed = choices(name).clone();
      changed[at] = value;
      if (take(best.with(name, changed))) {
        return;
      }
    }
  }

  private int[] choices(String name) {
    return best.choices(name);
  }

  private boolean take(Script candidate) {
    if (!candidate.isSimplerThan(best) || triesLeft-- <= 0 || !fails.test(candidate)) {
      return false;
    }
    best = candidate;
    return true;
  }
}
