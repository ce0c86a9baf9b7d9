package org.mycoswarm.search;

import java.util.List;

/// Makes one score of the two legs': the cosine of the closest chunk, and what the words of the
/// question add to it. Both on scales of their own, not stretched between the candidates that
/// happen to be there:
/// - a cosine counts from what two texts of this index have in common anyway (0) to the same
///   direction (1), so that models whose cosines lie close together are not at a loss;
/// - BM25 counts as the part of what these words could give at most. Its square is taken: a
///   document with some of the words says little, one with all of the rare ones a lot;
/// - words get the room that the best cosine leaves. A question that some document answers well
///   needs them less; a name or a number, which means nothing to the model, needs them alone.
///
/// Ranks (reciprocal rank fusion) and scores stretched between the candidates cannot tell these
/// questions apart: docs/reference/search.md has the table of what was measured.
///
/// @param background the mean cosine of the question and chunks taken blindly
/// @param wordsMost what BM25 can give for the question at most: the sum of its words' weights
record Fusion(double background, double wordsMost) {
  private static final double WORDS = 8;

  /// Even where a document means exactly the question, words tell the others apart.
  private static final double ROOM_LEAST = 0.1;

  /// A score for each candidate, in their order. Only those of one question can be compared.
  double[] scores(List<Scored> candidates, Query.Mode mode) {
    double best = candidates.stream().mapToDouble(this::meaning).max().orElse(0);
    double room = Math.max(ROOM_LEAST, 1 - best);
    double[] scores = new double[candidates.size()];
    for (int i = 0; i < scores.length; i++) {
      Scored candidate = candidates.get(i);
      scores[i] =
          switch (mode) {
            case DENSE -> orLeast(candidate.dense());
            case TEXT -> orLeast(candidate.text());
            case HYBRID -> meaning(candidate) + WORDS * room * Math.pow(words(candidate), 2);
          };
    }
    return scores;
  }

  private double meaning(Scored candidate) {
    return Float.isNaN(candidate.dense())
        ? 0
        : (candidate.dense() - background) / Math.max(1 - background, Float.MIN_NORMAL);
  }

  private double words(Scored candidate) {
    return Float.isNaN(candidate.text()) || wordsMost <= 0 ? 0 : candidate.text() / wordsMost;
  }

  private static double orLeast(float score) {
    return Float.isNaN(score) ? Double.NEGATIVE_INFINITY : score;
  }
}
