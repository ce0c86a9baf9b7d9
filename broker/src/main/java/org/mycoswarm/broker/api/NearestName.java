package org.mycoswarm.broker.api;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Finds the name somebody probably meant.
final class NearestName {
  private NearestName() {}

  /// The known name with the fewest typing mistakes, if there are at most a third of its length.
  static Optional<String> of(String typed, List<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(name -> mistakes(typed, name)))
        .filter(name -> mistakes(typed, name) <= Math.max(1, name.length() / 3));
  }

  /// Insertions, deletions and replacements between two names (Levenshtein), upper and lower case
  /// being the same. Of a long text only the start is looked at: no name of ours is that long.
  private static int mistakes(String typed, String name) {
    String a = typed.substring(0, Math.min(64, typed.length())).toLowerCase(Locale.ROOT);
    String b = name.toLowerCase(Locale.ROOT);
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
