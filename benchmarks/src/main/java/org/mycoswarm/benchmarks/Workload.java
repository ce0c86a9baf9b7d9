package org.mycoswarm.benchmarks;

import java.io.IOException;
import java.util.List;

/// Something to measure, again and again.
interface Workload {
  String name();

  /// What the figures count, one name for each; such as `tasks/s`.
  List<String> units();

  /// One round.
  ///
  /// @return a figure for each unit
  double[] round() throws IOException, InterruptedException;
}
