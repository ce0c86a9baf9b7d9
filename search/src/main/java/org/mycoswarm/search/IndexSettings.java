package org.mycoswarm.search;

import java.util.LinkedHashMap;
import java.util.Map;

/// What all vectors of a generation have in common. An index of other settings is another
/// generation.
///
/// @param model the digest of the model that makes its vectors
/// @param dimension the length of a vector, 1 to 1,024
/// @param chunker what cut its documents: name, version and sizes
public record IndexSettings(String model, int dimension, String chunker) {
  static final int DIMENSION_MAX = 1_024;

  public IndexSettings {
    if (dimension < 1 || dimension > DIMENSION_MAX) {
      throw new IllegalArgumentException(
          "Expected vectors of 1 to %,d numbers, but the model '%s' makes %,d; an index cannot hold them"
              .formatted(DIMENSION_MAX, model, dimension));
    }
  }

  /// What an index keeps of this, to know itself again.
  Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("format", Packed.FORMAT);
    facts.put("model", model);
    facts.put("dimension", String.valueOf(dimension));
    facts.put("chunker", chunker);
    return facts;
  }

  /// @param is what an index says of itself, perhaps among other things
  /// @param where it is, for the reader of the message
  void check(Map<String, String> is, String where) throws IndexUnusable {
    for (Map.Entry<String, String> expected : facts().entrySet()) {
      String found = is.get(expected.getKey());
      if (!expected.getValue().equals(found)) {
        throw new IndexUnusable(
            "Expected an index of %s '%s' in '%s', but it is of '%s'; build another generation in a place of its own"
                .formatted(expected.getKey(), expected.getValue(), where, found),
            null);
      }
    }
  }

  /// @throws IllegalArgumentException if the vector is not one of this generation's
  void check(float[] vector, String whose) {
    if (vector.length != dimension) {
      throw new IllegalArgumentException(
          "Expected a vector of %d numbers for %s, as the model '%s' makes, but it has %d; it was made by another model"
              .formatted(dimension, whose, model, vector.length));
    }
    double square = 0;
    for (float number : vector) {
      square += (double) number * number;
    }
    if (!(square > 0 && square < Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "Expected a vector with a direction for %s, but its length is %s; nothing can be compared with it"
              .formatted(whose, Math.sqrt(square)));
    }
  }
}
