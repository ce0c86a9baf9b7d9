package org.mycoswarm.inference.shard;

import java.util.Arrays;
import java.util.SplittableRandom;

/// Chooses the next token from the scores of all. Immutable; any thread.
///
/// The random number of a position depends on seed and position alone: whoever computes a step
/// again, on this node or another, chooses the same token.
///
/// @param temperature 0: always the token with the highest score, of equals the lowest; above, the
///     scores are divided by it
/// @param topK only this many of the likeliest tokens, 0 for all
/// @param topP only the likeliest tokens that together make up this share, 0 to 1; always one
/// @param seed any number
public record Sampler(double temperature, int topK, double topP, long seed) {
  public static final Sampler GREEDY = new Sampler(0, 0, 1, 0);

  private static final double TEMPERATURE_MAX = 100;

  /// @throws IllegalArgumentException for a setting out of its range, in a sentence
  public Sampler {
    if (!(temperature >= 0 && temperature <= TEMPERATURE_MAX)) {
      throw new IllegalArgumentException(
          "Expected a temperature from 0 to 100, but it is %s; nothing is generated"
              .formatted(temperature));
    }
    if (topK < 0) {
      throw new IllegalArgumentException(
          "Expected a top-k of 0 (all tokens) or more, but it is %d; nothing is generated"
              .formatted(topK));
    }
    if (!(topP >= 0 && topP <= 1)) {
      throw new IllegalArgumentException(
          "Expected a top-p from 0 to 1, but it is %s; nothing is generated".formatted(topP));
    }
  }

  /// The token for this position.
  ///
  /// @param scores one for each token of the vocabulary, none of them NaN
  public int next(float[] scores, long position) {
    if (temperature == 0) {
      return likeliest(scores);
    }
    boolean all = (topK == 0 || topK >= scores.length) && topP == 1;
    int[] tokens = all ? upTo(scores.length) : byScore(scores);
    double[] shares = shares(scores, all ? tokens : Arrays.copyOf(tokens, kept(tokens)));
    return tokens[draw(shares, position)];
  }

  private static int likeliest(float[] scores) {
    int best = 0;
    for (int token = 1; token < scores.length; token++) {
      if (scores[token] > scores[best]) {
        best = token;
      }
    }
    return best;
  }

  private int kept(int[] tokens) {
    return topK == 0 ? tokens.length : Math.min(topK, tokens.length);
  }

  private static int[] upTo(int tokens) {
    int[] row = new int[tokens];
    Arrays.setAll(row, token -> token);
    return row;
  }

  /// The likeliest first, of equals the lowest. Score and token are sorted as one number each: a
  /// vocabulary has a hundred thousand, and this is done for every token of an answer.
  private static int[] byScore(float[] scores) {
    long[] keys = new long[scores.length];
    for (int token = 0; token < keys.length; token++) {
      int bits = Float.floatToIntBits(scores[token]);
      int rising = bits ^ ((bits >> 31) & 0x7FFF_FFFF);
      keys[token] = ((long) ~rising << 32) | token;
    }
    Arrays.sort(keys);
    return Arrays.stream(keys).mapToInt(key -> (int) key).toArray();
  }

  /// What each token weighs, in order, relative to the likeliest.
  private double[] shares(float[] scores, int[] tokens) {
    double top = Double.NEGATIVE_INFINITY;
    for (int token : tokens) {
      top = Math.max(top, scores[token]);
    }
    double[] shares = new double[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      shares[i] = Math.exp((scores[tokens[i]] - top) / temperature);
    }
    return shares;
  }

  private int draw(double[] shares, long position) {
    int kept = nucleus(shares);
    double left = random(position) * sum(shares, kept);
    for (int i = 0; i < kept - 1; i++) {
      left -= shares[i];
      if (left < 0) {
        return i;
      }
    }
    return kept - 1;
  }

  /// How many of the first make up the share `topP` of all.
  private int nucleus(double[] shares) {
    if (topP == 1) {
      return shares.length;
    }
    double wanted = topP * sum(shares, shares.length);
    double have = 0;
    for (int i = 0; i < shares.length; i++) {
      have += shares[i];
      if (have >= wanted) {
        return i + 1;
      }
    }
    return shares.length;
  }

  private static double sum(double[] shares, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += shares[i];
    }
    return sum;
  }

  /// From 0 up to, but not, 1.
  private double random(long position) {
    long mixed = new SplittableRandom(seed).nextLong() + position * 0x9E37_79B9_7F4A_7C15L;
    return new SplittableRandom(mixed).nextDouble();
  }
}
