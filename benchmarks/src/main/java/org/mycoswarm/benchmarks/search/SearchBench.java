package org.mycoswarm.benchmarks.search;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mycoswarm.search.Filter;
import org.mycoswarm.search.Found;
import org.mycoswarm.search.IndexSettings;
import org.mycoswarm.search.LuceneIndex;
import org.mycoswarm.search.Query;

/// How long a search takes in a large index, and how much of what an exact search finds it finds.
///
/// `SearchBench FOLDER [CHUNKS] [QUESTIONS]`: builds an index of synthetic documents in FOLDER, or
/// takes the one that is there, and asks it. Without the time that a question's own vector takes.
public final class SearchBench {
  private static final int ROUNDS = 5;

  private SearchBench() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    int chunks = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100_000;
    int questions = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 500;
    Corpus corpus = new Corpus(chunks / Corpus.CHUNKS);
    IndexSettings settings = new IndexSettings("synthetic", Corpus.DIMENSION, "synthetic");
    try (LuceneIndex index = LuceneIndex.open(folder, settings)) {
      if (index.stats().documents() == 0) {
        build(index, corpus);
      }
      System.out.println(index.stats());
      List<Corpus.Question> asked = corpus.questions(questions);
      for (Query.Mode mode : Query.Mode.values()) {
        for (int round = 0; round <= ROUNDS; round++) {
          double[] millis = millis(index, asked, mode, false);
          if (round > 0) {
            print(mode.toString(), millis);
          }
        }
        System.out.printf(Locale.ROOT, "%s recall@10 %.4f%n", mode, recall(index, asked, mode));
      }
      print("exact DENSE", millis(index, asked, Query.Mode.DENSE, true));
    }
  }

  private static void build(LuceneIndex index, Corpus corpus) throws IOException {
    long start = System.nanoTime();
    for (int i = 0; i < corpus.documents(); i++) {
      index.put(corpus.document(i));
      if (i % 2_000 == 1_999) {
        index.commit(Map.of());
      }
    }
    index.commit(Map.of());
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "built in %.1f s, %.0f chunks/s%n",
        seconds,
        corpus.documents() * Corpus.CHUNKS / seconds);
  }

  private static Query query(Corpus.Question question, Query.Mode mode, boolean exact) {
    return new Query(question.text(), question.vector(), mode, 10, Filter.NONE, exact);
  }

  private static double[] millis(
      LuceneIndex index, List<Corpus.Question> questions, Query.Mode mode, boolean exact) {
    double[] millis = new double[questions.size()];
    for (int i = 0; i < millis.length; i++) {
      Query query = query(questions.get(i), mode, exact);
      long start = System.nanoTime();
      List<Found> found = index.search(query);
      millis[i] = (System.nanoTime() - start) / 1e6;
      if (found.isEmpty()) {
        throw new IllegalStateException("Expected documents for question " + i + ", but got none");
      }
    }
    Arrays.sort(millis);
    return millis;
  }

  private static double recall(
      LuceneIndex index, List<Corpus.Question> questions, Query.Mode mode) {
    int wanted = 0;
    int got = 0;
    for (Corpus.Question question : questions) {
      List<String> exact = paths(index.search(query(question, mode, true)));
      List<String> found = new ArrayList<>(paths(index.search(query(question, mode, false))));
      found.retainAll(exact);
      wanted += exact.size();
      got += found.size();
    }
    return (double) got / wanted;
  }

  private static List<String> paths(List<Found> found) {
    return found.stream().map(Found::path).toList();
  }

  private static void print(String what, double[] sorted) {
    System.out.printf(
        Locale.ROOT,
        "%s ms: p50 %.2f, p95 %.2f, p99 %.2f, most %.2f%n",
        what,
        sorted[sorted.length / 2],
        sorted[sorted.length * 95 / 100],
        sorted[sorted.length * 99 / 100],
        sorted[sorted.length - 1]);
  }
}
