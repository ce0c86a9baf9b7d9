package org.mycoswarm.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The models of this machine: a folder with one folder a model, `NAME/{model.onnx, tokenizer.json,
/// model.json}`; instead of the last the files that Sentence Transformers keeps beside a model.
/// Read once when opened; what changes on the disk later is not seen. Immutable.
public final class ModelStore {
  private final List<Model> models;
  private final List<BrokenModel> broken;

  private ModelStore(List<Model> models, List<BrokenModel> broken) {
    this.models = List.copyOf(models);
    this.broken = List.copyOf(broken);
  }

  /// Reads every model and computes its digest, which takes about a second for a gigabyte. A folder
  /// that is no model is among [#broken]; nothing is thrown for it.
  public static ModelStore open(Path directory) {
    List<Model> models = new ArrayList<>();
    List<BrokenModel> broken = new ArrayList<>();
    try (Stream<Path> folders = Files.list(directory)) {
      folders.filter(Files::isDirectory).sorted().forEach(f -> add(f, models, broken));
    } catch (NoSuchFileException e) {
      broken.add(missing(directory, "there is none"));
    } catch (IOException e) {
      broken.add(missing(directory, "it cannot be listed: " + e));
    }
    return new ModelStore(models, broken);
  }

  /// In the order of their folders' names.
  public List<Model> models() {
    return models;
  }

  public List<BrokenModel> broken() {
    return broken;
  }

  public Optional<Model> byName(String name) {
    return models.stream().filter(model -> model.name().equals(name)).findFirst();
  }

  public Optional<Model> byDigest(String digest) {
    return models.stream().filter(model -> model.digest().equals(digest)).findFirst();
  }

  private static void add(Path folder, List<Model> models, List<BrokenModel> broken) {
    try {
      ModelSheet sheet = ModelSheet.of(folder);
      models.add(sheet.model(folder, ModelDigest.of(folder)));
    } catch (IOException | IllegalArgumentException e) {
      broken.add(new BrokenModel(folder, reason(folder, e)));
    }
  }

  private static String reason(Path folder, Exception e) {
    String found =
        e instanceof NoSuchFileException missing
            ? "'%s' is missing".formatted(Path.of(missing.getFile()).getFileName())
            : String.valueOf(e.getMessage());
    return "Expected a model in '%s', but %s; it is left out".formatted(folder, found);
  }

  private static BrokenModel missing(Path directory, String found) {
    return new BrokenModel(
        directory,
        "Expected a folder of models at '%s', but %s; this machine can embed nothing"
            .formatted(directory, found));
  }
}
