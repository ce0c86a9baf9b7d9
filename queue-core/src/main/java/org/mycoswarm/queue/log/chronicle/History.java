package org.mycoswarm.queue.log.chronicle;

import java.util.Arrays;

/// How far the check at open has come: each entry it accepts is the next of the one history.
final class History {
  private final HighWater.Mark highWater;
  private final Chain chain = new Chain();
  private long end;
  private long testified;

  /// @param beginning where the log begins: the history before it is known by its chain only
  History(HighWater.Mark highWater, Beginning beginning) {
    this.highWater = highWater;
    this.end = beginning.position() - 1;
    chain.advance(beginning.chain());
  }

  /// @throws Unreadable when this is not the entry that follows
  void accept(Envelope entry) throws Unreadable {
    if (entry.position() != end + 1) {
      throw new Unreadable(
          "Expected position %d, but it is %d".formatted(end + 1, entry.position()));
    }
    byte[] link = chain.after(entry.position(), entry.body());
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
