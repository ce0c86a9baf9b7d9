package example;

/** Counts spores. */
final class Spores {
  private int count;

  void add(int more) {
    if (more < 0) {
      throw new IllegalArgumentException("Expected more spores, but got " + more);
    }
    count += more;
  }

  int count() {
    return count;
  }
}
