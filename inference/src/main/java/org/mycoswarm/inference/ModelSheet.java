package org.mycoswarm.inference;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What `model.json` says of a model. Members it does not know are for people.
@JsonIgnoreProperties(ignoreUnknown = true)
record ModelSheet(
    @Nullable String name,
    int dimension,
    int tokensMax,
    @Nullable String pooling,
    boolean normalize,
    @Nullable String queryPrefix,
    @Nullable String passagePrefix) {

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /// @throws IllegalArgumentException with the rest of a sentence "Expected a model, but ..."
  static ModelSheet read(Path file) throws IOException {
    try {
      return JSON.readValue(Files.readAllBytes(file), ModelSheet.class);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "model.json is not readable: " + e.getOriginalMessage(), e);
    }
  }

  Model model(Path folder, String digest) {
    if (name == null || name.isBlank()) {
      throw new IllegalArgumentException("model.json gives no name");
    }
    return new Model(
        name,
        digest,
        folder.toAbsolutePath(),
        within(dimension, "dimension", 1, 65_536),
        within(tokensMax, "tokensMax", 8, 1_000_000),
        pooling(pooling),
        normalize,
        queryPrefix == null ? "" : queryPrefix,
        passagePrefix == null ? "" : passagePrefix);
  }

  private static Model.Pooling pooling(@Nullable String name) {
    return switch (name == null ? "" : name.toLowerCase(Locale.ROOT)) {
      case "mean" -> Model.Pooling.MEAN;
      case "cls" -> Model.Pooling.CLS;
      default ->
          throw new IllegalArgumentException(
              "model.json says pooling '%s', where 'mean' or 'cls' is known".formatted(name));
    };
  }

  private static int within(int value, String what, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "model.json says %s %d, where %d to %d is possible".formatted(what, value, least, most));
    }
    return value;
  }
}
