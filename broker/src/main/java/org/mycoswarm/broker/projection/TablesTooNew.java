package org.mycoswarm.broker.projection;

/// A newer version of the program made these tables.
final class TablesTooNew extends RuntimeException {
  private static final long serialVersionUID = 1;

  TablesTooNew(int found, int known) {
    super(
        "Expected tables of version %d at most, but they are of version %d"
            .formatted(known, found));
  }
}
