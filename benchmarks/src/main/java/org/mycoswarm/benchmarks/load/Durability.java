package org.mycoswarm.benchmarks.load;

/// What an answer promises. Only contenders of the same class are compared.
public enum Durability {
  SYNCED("synced to disk before the answer"),
  ONE_SECOND("up to 1 s of answered work is lost in a power cut");

  private final String words;

  Durability(String words) {
    this.words = words;
  }

  public String words() {
    return words;
  }
}
