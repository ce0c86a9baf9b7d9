package org.mycoswarm.node.work;

/// Whether somebody still waits for a result.
@FunctionalInterface
public interface Wanted {
  /// @throws Unwanted when the work may stop at once
  void check() throws Unwanted;
}
