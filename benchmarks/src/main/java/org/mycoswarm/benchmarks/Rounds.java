package org.mycoswarm.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The figures of one workload over its rounds. A first round warms up and is not counted.
record Rounds(Workload workload, List<double[]> figures) {
  static Rounds of(Workload workload, int rounds) throws IOException, InterruptedException {
    workload.round();
    List<double[]> figures = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      figures.add(workload.round());
    }
    return new Rounds(workload, figures);
  }

  double median(int unit) {
    double[] sorted = sorted(unit);
    return sorted[sorted.length / 2];
  }

  double least(int unit) {
    return sorted(unit)[0];
  }

  double most(int unit) {
    double[] sorted = sorted(unit);
    return sorted[sorted.length - 1];
  }

  private double[] sorted(int unit) {
    double[] values = figures.stream().mapToDouble(figure -> figure[unit]).toArray();
    Arrays.sort(values);
    return values;
  }
}
