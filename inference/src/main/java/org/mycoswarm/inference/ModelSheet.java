package org.mycoswarm.inference;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
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

  /// What `model.json` says; without one, what the files of Sentence Transformers say.
  ///
  /// @throws IllegalArgumentException with the rest of a sentence "Expected a model, but ..."
  static ModelSheet of(Path folder) throws IOException {
    boolean foreign =
        !Files.exists(folder.resolve("model.json"))
            && Files.exists(folder.resolve("1_Pooling/config.json"));
    return foreign ? sentenceTransformers(folder) : read(folder.resolve("model.json"));
  }

  private static ModelSheet sentenceTransformers(Path folder) throws IOException {
    JsonNode pooling = JSON.readTree(Files.readAllBytes(folder.resolve("1_Pooling/config.json")));
    JsonNode limits = optional(folder.resolve("sentence_bert_config.json"));
    JsonNode prompts =
        optional(folder.resolve("config_sentence_transformers.json")).path("prompts");
    JsonNode steps = optional(folder.resolve("modules.json"));
    String passage = prompts.path("passage").asText(prompts.path("document").asText(""));
    return new ModelSheet(
        String.valueOf(folder.getFileName()),
        pooling.path("word_embedding_dimension").asInt(),
        limits.path("max_seq_length").asInt(),
        pooling.path("pooling_mode_cls_token").asBoolean()
            ? "cls"
            : pooling.path("pooling_mode_mean_tokens").asBoolean() ? "mean" : "other",
        steps.toString().contains("sentence_transformers.models.Normalize"),
        prompts.path("query").asText(""),
        passage);
  }

  private static JsonNode optional(Path file) throws IOException {
    return Files.exists(file) ? JSON.readTree(Files.readAllBytes(file)) : JSON.createObjectNode();
  }

  /// @throws IllegalArgumentException with the rest of a sentence "Expected a model, but ..."
  static ModelSheet read(Path file) throws IOException {
    try {
      return JSON.readValue(Files.readAllBytes(file), ModelSheet.class);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "model.json is not readable: " + e.getOriginalMessage(), e);
    }
  }

  /// The same, with another name, and for texts that are no longer than this.
  ModelSheet as(String other, int tokens) {
    return new ModelSheet(
        other,
        dimension,
        Math.min(tokensMax, tokens),
        pooling,
        normalize,
        queryPrefix,
        passagePrefix);
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
