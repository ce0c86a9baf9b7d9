package org.mycoswarm.cli.nearest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// The rows of a matrix whose direction is nearest to a vector's, by looking at all of them.
public final class NearestRows {
  private NearestRows() {}

  /// @param similarity cosine, -1 to 1
  public record Row(int number, double similarity) {}

  /// Nearest first; of equals, the earlier row.
  public static List<Row> of(float[] vector, Npy matrix, int count) throws IOException {
    Comparator<Row> worstFirst =
        Comparator.comparingDouble(Row::similarity)
            .thenComparing(Comparator.comparingInt(Row::number).reversed());
    PriorityQueue<Row> best = new PriorityQueue<>(worstFirst);
    for (int i = 0; i < matrix.rows(); i++) {
      best.add(new Row(i, cosine(vector, matrix.row())));
      if (best.size() > count) {
        best.poll();
      }
    }
    List<Row> nearest = new ArrayList<>(best);
    nearest.sort(worstFirst.reversed());
    return nearest;
  }

  static double cosine(float[] a, float[] b) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return aa == 0 || bb == 0 ? 0 : dot / Math.sqrt(aa * bb);
  }
}
