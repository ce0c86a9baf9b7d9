package org.mycoswarm.queue.simulation;

import java.util.function.Predicate;

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
    Script before;
    do {
      before = shrinker.best;
      shrinker.pass();
    } while (shrinker.triesLeft > 0 && shrinker.best.isSimplerThan(before));
    return shrinker.best;
  }

  private void pass() {
    for (int size = Math.max(1, best.length() / 2); size > 0; size /= 2) {
      for (int at = 0; at < best.length(); at += size) {
        int from = best.length() - at - size;
        if (from >= 0) {
          take(best.zeroed(from, from + size));
        }
      }
      for (int at = 0; at + size <= best.length(); ) {
        at += take(best.without(at, at + size)) ? 0 : size;
      }
    }
    for (int at = 0; at < best.length(); at++) {
      lower(at);
    }
  }

  private void lower(int at) {
    for (int value = 1; at < best.length() && value < best.choice(at); value = 2 * value + 1) {
      if (take(best.with(at, value))) {
        return;
      }
    }
  }

  private boolean take(Script candidate) {
    if (!candidate.isSimplerThan(best) || triesLeft-- <= 0 || !fails.test(candidate)) {
      return false;
    }
    best = candidate;
    return true;
  }
}
