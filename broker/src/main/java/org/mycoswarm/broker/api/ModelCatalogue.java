package org.mycoswarm.broker.api;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.schema.json.Json;

/// The embedding models that people can ask for by name: those of the catalogue file, and those
/// that nodes brought. Thread-safe.
public final class ModelCatalogue {
  private static final String FILE = "/org/mycoswarm/schema/models.json";

  /// @param digest `sha256:` and the model's hash
  /// @param tokensMax the longest text the model reads, in its own tokens; 0 when not known
  public record Model(
      String name, String digest, int dimension, int tokensMax, String description) {}

  private final List<Model> known;

  ModelCatalogue(List<Model> known) {
    this.known = List.copyOf(known);
  }

  /// The catalogue that ships with the program; its first model is the one taken when nobody asks
  /// for another.
  public static ModelCatalogue shipped() {
    try (InputStream in = ModelCatalogue.class.getResourceAsStream(FILE)) {
      if (in == null) {
        return new ModelCatalogue(List.of());
      }
      return new ModelCatalogue(Json.LENIENT.readValue(in, new TypeReference<List<Model>>() {}));
    } catch (IOException e) {
      throw new UncheckedIOException("Expected %s to be a list of models".formatted(FILE), e);
    }
  }

  List<Model> all() {
    return known;
  }

  /// What people call the model with this digest, if it is in the catalogue.
  public @Nullable String name(String digest) {
    return known.stream()
        .filter(model -> model.digest().equals(digest))
        .map(Model::name)
        .findFirst()
        .orElse(null);
  }

  /// @param wanted a name or a digest; null for the light default
  /// @param brought the models of nodes; only asked for when the catalogue has no such model
  /// @throws ProblemException `model-unknown`, with the names that are known
  Model find(@Nullable String wanted, Supplier<Stream<Model>> brought) {
    if (wanted == null) {
      return known.stream().findFirst().orElseThrow(() -> unknown("a default model", known));
    }
    return pick(wanted, known)
        .or(() -> pick(wanted, brought.get().toList()))
        .orElseThrow(() -> unknown(wanted, Stream.concat(known.stream(), brought.get()).toList()));
  }

  private static Optional<Model> pick(String wanted, List<Model> models) {
    return models.stream()
        .filter(model -> model.name().equals(wanted) || model.digest().equals(wanted))
        .findFirst();
  }

  private static ProblemException unknown(String wanted, List<Model> models) {
    List<String> names = models.stream().map(Model::name).distinct().toList();
    String meant =
        NearestName.of(wanted, names).map(name -> " Did you mean '%s'?".formatted(name)).orElse("");
    return new ProblemException(
        ProblemType.MODEL_UNKNOWN,
        "Expected the name or digest of a model that the catalogue or a node has, but it is '%s'; nothing was submitted. Known: %s.%s"
            .formatted(wanted, names.isEmpty() ? "none" : String.join(", ", names), meant));
  }
}
