package org.mycoswarm.queue.simulation;

/// What goes wrong in one simulation, and how often. Each seed draws its own mix, in which some
/// faults never happen: a rare meeting of two of them is found sooner where the others are quiet.
final class Faults {
  private final Choices.Stream mix;
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
  private final int diskIsSlow;
  private boolean over;

  Faults(Choices.Stream mix) {
    this.mix = mix;
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
    diskIsSlow = oneOf(0, 0, 0, 30);
  }

  /// From now on nothing goes wrong any more.
  void end() {
    over = true;
  }

  boolean messageIsLost(Choices.Stream choices) {
    return happens(choices, lost);
  }

  boolean messageIsRepeated(Choices.Stream choices) {
    return happens(choices, repeated);
  }

  /// How long a message takes; messages overtake each other.
  int messageMillis(Choices.Stream choices) {
    return happens(choices, late) ? choices.between(1, 9_000) : choices.between(1, 40);
  }

  boolean linkIsCut(Choices.Stream choices) {
    return happens(choices, cut);
  }

  /// Asked at every step of the broker: before and after an append, a sync, an answer.
  boolean brokerIsKilled(Choices.Stream choices) {
    return happens(choices, killed);
  }

  boolean powerGoes(Choices.Stream choices) {
    return happens(choices, 500);
  }

  boolean diskFails(Choices.Stream choices) {
    return happens(choices, diskFails);
  }

  int syncMillis(Choices.Stream choices) {
    return happens(choices, diskIsSlow) ? choices.between(0, 9_000) : choices.next(12);
  }

  boolean snapshotIsDamaged(Choices.Stream choices) {
    return happens(choices, 200);
  }

  boolean nodeDies(Choices.Stream choices) {
    return happens(choices, nodeDies);
  }

  boolean nodeFreezes(Choices.Stream choices) {
    return happens(choices, nodeFreezes);
  }

  boolean nodeStops(Choices.Stream choices) {
    return happens(choices, nodeStops);
  }

  boolean clockJumps(Choices.Stream choices) {
    return happens(choices, clockJumps);
  }

  boolean brokerFreezes(Choices.Stream choices) {
    return happens(choices, brokerFreezes);
  }

  private boolean happens(Choices.Stream choices, int perMille) {
    return !over && perMille > 0 && choices.happens(perMille);
  }

  private int oneOf(int... rates) {
    return rates[mix.next(rates.length)];
  }
}
