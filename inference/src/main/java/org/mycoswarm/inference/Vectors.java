package org.mycoswarm.inference;

import java.nio.FloatBuffer;

/// The arithmetic after the model, summed in doubles and always in the same order.
final class Vectors {
  private Vectors() {}

  /// The mean of the first `rows` rows.
  static float[] mean(FloatBuffer matrix, int rows, int columns) {
    double[] sum = new double[columns];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        sum[column] += matrix.get(row * columns + column);
      }
    }
    float[] mean = new float[columns];
    for (int column = 0; column < columns; column++) {
      mean[column] = (float) (sum[column] / rows);
    }
    return mean;
  }

  /// Scaled to length 1, so that a dot product is a cosine. A zero vector stays as it is.
  static float[] normalized(float[] vector) {
    double squares = 0;
    for (float x : vector) {
      squares += (double) x * x;
    }
    double length = Math.sqrt(squares);
    float[] normalized = new float[vector.length];
    for (int i = 0; i < vector.length && length > 0; i++) {
      normalized[i] = (float) (vector[i] / length);
    }
    return normalized;
  }
}
