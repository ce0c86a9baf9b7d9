package org.mycoswarm.benchmarks.search;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.mycoswarm.search.IndexedChunk;
import org.mycoswarm.search.IndexedDocument;

/// Documents of no meaning, but of the right shape: vectors in 1,000 clusters, within them in one
/// bunch a document; words as frequent as in a language. The same document for the same number.
///
/// @param documents how many there are
record Corpus(int documents) {
  static final int CHUNKS = 5;
  static final int DIMENSION = 384;
  private static final int CLUSTERS = 1_000;
  private static final int WORDS = 50_000;
  private static final int WORDS_OF_A_CHUNK = 130;
  private static final int WORDS_OF_A_QUESTION = 8;

  /// How far a chunk is from its document's middle, and that from the cluster's: per number.
  private static final double ASIDE = 0.03;

  /// A question that somebody could ask who has seen one chunk.
  @SuppressWarnings("ArrayRecordComponent") // The index takes arrays.
  record Question(String text, float[] vector) {}

  IndexedDocument document(int number) {
    Random random = new Random(number);
    float[] cluster = near(new float[DIMENSION], 1, new Random(-1 - random.nextInt(CLUSTERS)));
    float[] middle = near(cluster, ASIDE, random);
    StringBuilder text = new StringBuilder();
    List<IndexedChunk> chunks = new ArrayList<>();
    for (int i = 0; i < CHUNKS; i++) {
      int start = text.length();
      for (int word = 0; word < WORDS_OF_A_CHUNK; word++) {
        text.append(word(random)).append(word % 13 == 12 ? ". " : " ");
      }
      int end = text.length() - 1;
      text.append('\n');
      String hash = number + "/" + i;
      chunks.add(
          new IndexedChunk(
              i,
              start,
              end,
              null,
              "Part " + i,
              text.substring(start, end),
              hash,
              near(middle, ASIDE, random)));
    }
    String path = "folder-%d/document-%d.txt".formatted(number % 100, number);
    return new IndexedDocument(
        path,
        "content " + number,
        "text/plain",
        null,
        text.length(),
        Instant.EPOCH,
        null,
        null,
        text.toString(),
        chunks);
  }

  List<Question> questions(int count) {
    List<Question> questions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Random random = new Random(1_000_000_007L * (i + 1));
      IndexedDocument document = document(random.nextInt(documents));
      IndexedChunk chunk = document.chunks().get(random.nextInt(CHUNKS));
      List<String> words = List.of(chunk.text().split("[. ]+", -1));
      StringBuilder text = new StringBuilder();
      for (int word = 0; word < WORDS_OF_A_QUESTION; word++) {
        text.append(words.get(random.nextInt(words.size()))).append(' ');
      }
      questions.add(new Question(text.toString(), near(chunk.vector(), ASIDE, random)));
    }
    return questions;
  }

  /// Word n is about as frequent as 1/n.
  private static String word(Random random) {
    int rank = (int) Math.exp(random.nextDouble() * Math.log(WORDS));
    return "w" + Integer.toString(rank * 7_919 % WORDS, 36) + "x";
  }

  private static float[] near(float[] middle, double aside, Random random) {
    float[] vector = new float[DIMENSION];
    double square = 0;
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) (middle[i] + aside * random.nextGaussian());
      square += (double) vector[i] * vector[i];
    }
    float scale = (float) (1 / Math.sqrt(square));
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] *= scale;
    }
    return vector;
  }
}
