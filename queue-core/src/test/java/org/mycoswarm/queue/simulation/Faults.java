package org.mycoswarm.queue.simulation;

/// What goes wrong in one simulation, and how often. Each seed draws its own mix, in which some
/// faults never happen: a rare meeting of two of them is found sooner where the others are quiet.
final class Faults {
  private final Choices choices;
  private final int lost;
  private final int repeated;
  private final int late;
  private final int cut;
  private final int killed;
  private final int diskFails;
  private final int nodeDies;
  private final int nodeFreezes;
  private final int nodeStops;
  private final int clockJumps;
  private final int brokerFreezes;
  private boolean over;

  Faults(Choices choices) {
    this.choices = choices;
    lost = oneOf(0, 0, 30, 150);
    repeated = oneOf(0, 0, 50, 200);
    late = oneOf(0, 0, 30, 100);
    cut = oneOf(0, 0, 2, 8);
    killed = oneOf(0, 2, 8, 30);
    diskFails = oneOf(0, 0, 0, 10);
    nodeDies = oneOf(0, 0, 5, 30);
    nodeFreezes = oneOf(0, 0, 10, 40);
    nodeStops = oneOf(0, 0, 0, 10);
    clockJumps = oneOf(0, 0, 0, 10);
    brokerFreezes = oneOf(0, 0, 0, 3);
  }

  /// From now on nothing goes wrong any more.
  void end() {
    over = true;
  }

  boolean messageIsLost() {
    return happens(lost);
  }

  boolean messageIsRepeated() {
    return happens(repeated);
  }

  /// How long a message takes; messages overtake each other.
  int messageMillis() {
    return happens(late) ? choices.between(1, 9_000) : choices.between(1, 40);
  }

  boolean linkIsCut() {
    return happens(cut);
  }

  /// Asked at every step of the broker: before and after an append, a sync, an answer.
  boolean brokerIsKilled() {
    return happens(killed);
  }

  boolean powerGoes() {
    return !over && choices.happens(500);
  }

  boolean diskFails() {
    return happens(diskFails);
  }

  boolean nodeDies() {
    return happens(nodeDies);
  }

  boolean nodeFreezes() {
    return happens(nodeFreezes);
  }

  boolean nodeStops() {
    return happens(nodeStops);
  }

  boolean clockJumps() {
    return happens(clockJumps);
  }

  boolean brokerFreezes() {
    return happens(brokerFreezes);
  }

  private boolean happens(int perMille) {
    return !over && perMille > 0 && choices.happens(perMille);
  }

  private int oneOf(int... rates) {
    return rates[choices.next(rates.length)];
  }
}
