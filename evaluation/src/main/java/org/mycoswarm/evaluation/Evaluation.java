package org.mycoswarm.evaluation;

import java.util.List;
import java.util.Set;
import java.util.function.Function;

/// How good a search is on a test collection: means over the topics that have a relevant document.
/// A document counts as relevant or not; there are no degrees.
///
/// @param topics how many were asked
/// @param ndcg10 how many of the first ten are relevant, the upper ones counting more, against the
///     best order there could be
/// @param recall100 which part of the relevant documents is among the first hundred
/// @param mrr 1 by the place of the first relevant document
/// @param map the mean, over the relevant documents, of the precision down to their place
public record Evaluation(int topics, double ndcg10, double recall100, double mrr, double map) {

  /// Asks every judged topic.
  ///
  /// @param ranking finds documents for a topic, best first; at least 100 for [#recall100], and for
  ///     [#map] as many as there are, up to 1,000
  public static Evaluation of(
      List<Topic> topics, Judgements judgements, Function<Topic, List<String>> ranking) {
    int asked = 0;
    double ndcg = 0;
    double recall = 0;
    double mrr = 0;
    double map = 0;
    for (Topic topic : topics) {
      Set<String> relevant = judgements.relevant().get(topic.id());
      if (relevant != null) {
        List<String> found = ranking.apply(topic);
        asked++;
        ndcg += ndcg(found, relevant, 10);
        recall += recall(found, relevant, 100);
        mrr += reciprocalRank(found, relevant);
        map += averagePrecision(found, relevant);
      }
    }
    if (asked == 0) {
      throw new IllegalArgumentException(
          "Expected judgements for some of the %d topics, but there are none; check that both name their topics alike"
              .formatted(topics.size()));
    }
    return new Evaluation(asked, ndcg / asked, recall / asked, mrr / asked, map / asked);
  }

  private static double ndcg(List<String> found, Set<String> relevant, int depth) {
    double gain = 0;
    double ideal = 0;
    for (int i = 0; i < depth; i++) {
      double discount = Math.log(2) / Math.log(i + 2);
      gain += i < found.size() && relevant.contains(found.get(i)) ? discount : 0;
      ideal += i < relevant.size() ? discount : 0;
    }
    return gain / ideal;
  }

  private static double recall(List<String> found, Set<String> relevant, int depth) {
    long hits = found.stream().limit(depth).filter(relevant::contains).count();
    return (double) hits / relevant.size();
  }

  private static double reciprocalRank(List<String> found, Set<String> relevant) {
    for (int i = 0; i < found.size(); i++) {
      if (relevant.contains(found.get(i))) {
        return 1.0 / (i + 1);
      }
    }
    return 0;
  }

  private static double averagePrecision(List<String> found, Set<String> relevant) {
    int hits = 0;
    double sum = 0;
    for (int i = 0; i < found.size(); i++) {
      if (relevant.contains(found.get(i))) {
        hits++;
        sum += (double) hits / (i + 1);
      }
    }
    return sum / relevant.size();
  }
}
