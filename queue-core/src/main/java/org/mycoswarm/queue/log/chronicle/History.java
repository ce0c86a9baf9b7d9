package org.mycoswarm.queue.log.chronicle;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// How far the check at open has come: each entry it accepts is the next of the one history.
final class History {
  private final HighWater.Mark highWater;
  private final Chain chain = new Chain();
  private long end;
  private long testified;
  private boolean isFirstTrusted;

  /// @param beginning where the log begins: the history before it is known by its chain only
  History(HighWater.Mark highWater, Beginning beginning) {
    this.highWater = highWater;
    this.end = beginning.position() - 1;
    chain.advance(beginning.chain());
  }

  /// A history that goes on with a later entry, whose link with those before it somebody else looks
  /// at.
  ///
  /// @param first its first position
  static History from(long first, HighWater.Mark highWater) {
    Beginning there = new Beginning(first, new byte[Chain.BYTES], "");
    History history = new History(highWater, there);
    history.isFirstTrusted = true;
    return history;
  }

  /// @throws Unreadable when this is not the entry that follows
  void accept(Envelope entry) throws Unreadable {
    if (entry.position() != end + 1) {
      throw new Unreadable(
          "Expected position %d, but it is %d".formatted(end + 1, entry.position()));
    }
    byte[] link = isFirstTrusted ? entry.chain() : chain.after(entry.position(), entry.body());
    isFirstTrusted = false;
    expectLink("the entries before it", link, entry.chain());
    if (entry.position() == highWater.position()) {
      expectLink("the high-water file", highWater.chain(), link);
    }
    chain.advance(link);
    end = entry.position();
    testified = Math.max(testified, entry.durable());
  }

  private static void expectLink(String by, byte[] expected, byte[] found) throws Unreadable {
    if (!Arrays.equals(expected, found)) {
      throw new Unreadable(
          "Expected the chain %s by %s, but it is %s: the entry belongs to another log, or to an end that was dropped"
              .formatted(Chain.hex(expected), by, Chain.hex(found)));
    }
  }

  /// The link of the last entry accepted; null when the next one is taken as it is.
  byte @Nullable [] link() {
    return isFirstTrusted ? null : chain.link();
  }

  /// The last position accepted, or 0.
  long end() {
    return end;
  }

  Chain chain() {
    return chain;
  }

  /// The highest position that an accepted entry says was durable.
  long testified() {
    return testified;
  }
}
