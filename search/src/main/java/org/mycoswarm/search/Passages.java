package org.mycoswarm.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/// The best places of one document: its best chunks, neighbours as one.
final class Passages {
  /// So many chunks of a document are shown at most.
  private static final int CHUNKS_MAX = 3;

  private Passages() {}

  /// The best of a document's chunks, best first: their places in the list. By words alone, a chunk
  /// without any of them is among the best only if there is no other.
  static List<Integer> best(List<Scored> chunks, Fusion fusion, Query.Mode mode) {
    double[] scores = fusion.scores(chunks, mode);
    List<Integer> best =
        IntStream.range(0, scores.length)
            .boxed()
            .filter(i -> scores[i] > Double.NEGATIVE_INFINITY)
            .sorted(Comparator.comparingDouble((Integer i) -> scores[i]).reversed())
            .limit(CHUNKS_MAX)
            .toList();
    return best.isEmpty() && scores.length > 0 ? List.of(0) : best;
  }

  /// @param chunks the best chunks of the document, best first
  /// @param words the analysed words of the question
  static List<Passage> of(List<Packed.StoredChunk> chunks, Set<String> words) {
    Map<Integer, Integer> rank = new HashMap<>();
    for (Packed.StoredChunk chunk : chunks) {
      rank.putIfAbsent(chunk.ordinal(), rank.size());
    }
    List<Packed.StoredChunk> inOrder = new ArrayList<>(chunks);
    inOrder.sort(Comparator.comparingInt(Packed.StoredChunk::ordinal));
    List<Run> runs = new ArrayList<>();
    for (Packed.StoredChunk chunk : inOrder) {
      int place = rank.getOrDefault(chunk.ordinal(), 0);
      if (runs.isEmpty() || !runs.getLast().took(chunk, place)) {
        runs.add(new Run(chunk, place));
      }
    }
    runs.sort(Comparator.comparingInt(run -> run.rank));
    return runs.stream().map(run -> run.passage(words)).toList();
  }

  /// Neighbouring chunks, as they are put together.
  private static final class Run {
    private final Packed.StoredChunk first;
    private final StringBuilder text;
    private int ordinalTo;
    private int end;
    private int rank;

    Run(Packed.StoredChunk first, int rank) {
      this.first = first;
      this.text = new StringBuilder(first.text());
      this.ordinalTo = first.ordinal();
      this.end = first.end();
      this.rank = rank;
    }

    /// Takes the chunk if it comes next; what the two share is in the text once.
    boolean took(Packed.StoredChunk chunk, int itsRank) {
      if (chunk.ordinal() != ordinalTo + 1 || chunk.start() > end + gapLength(chunk)) {
        return false;
      }
      if (chunk.start() >= end) {
        text.append(chunk.gap()).append(chunk.text());
      } else if (chunk.end() > end) {
        String more = chunk.text();
        int shared = Math.min(end - chunk.start(), more.codePointCount(0, more.length()));
        text.append(more, more.offsetByCodePoints(0, shared), more.length());
      }
      ordinalTo = chunk.ordinal();
      end = Math.max(end, chunk.end());
      rank = Math.min(rank, itsRank);
      return true;
    }

    private static int gapLength(Packed.StoredChunk chunk) {
      return chunk.gap().codePointCount(0, chunk.gap().length());
    }

    Passage passage(Set<String> words) {
      String whole = text.toString();
      return new Passage(
          first.heading(),
          first.page(),
          first.start(),
          end,
          first.ordinal(),
          ordinalTo,
          whole,
          Words.in(whole, words));
    }
  }
}
