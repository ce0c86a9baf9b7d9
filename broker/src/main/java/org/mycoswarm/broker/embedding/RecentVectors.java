package org.mycoswarm.broker.embedding;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The vectors of texts that were asked for lately: people ask the same again, with another filter
/// or on the next page. Thread-safe.
final class RecentVectors {
  private static final int KEPT_MAX = 1_000;

  /// Longer ones are no questions, and would cost memory.
  private static final int CHARACTERS_MAX = 2_000;

  private record Key(String model, String role, String text) {}

  private final Map<Key, float[]> kept =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, float[]> eldest) {
          return size() > KEPT_MAX;
        }
      };

  /// A copy for each text, or null where there is none.
  synchronized List<float @Nullable []> find(String model, String role, List<String> texts) {
    List<float @Nullable []> found = new ArrayList<>(texts.size());
    for (String text : texts) {
      float[] vector = kept.get(new Key(model, role, text));
      found.add(vector == null ? null : vector.clone());
    }
    return found;
  }

  /// @param vectors one for each text; not changed afterwards
  synchronized void keep(String model, String role, List<String> texts, List<float[]> vectors) {
    for (int i = 0; i < texts.size(); i++) {
      if (texts.get(i).length() <= CHARACTERS_MAX) {
        kept.put(new Key(model, role, texts.get(i)), vectors.get(i));
      }
    }
  }
}
