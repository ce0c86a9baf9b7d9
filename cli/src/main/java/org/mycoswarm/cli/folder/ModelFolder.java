package org.mycoswarm.cli.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;

/// What of a folder makes a model: one graph, the files in which its weights lie, and the JSON
/// beside them. Folders as Hugging Face's exporters make them have the graph one folder deeper, in
/// `onnx`, and the tokenizer above it. Links are followed: its cache consists of them.
///
/// @param name what it is called unless somebody says otherwise
/// @param graph path of the `.onnx` file in the folder
/// @param files paths in the folder, with `/`; the graph is the first
public record ModelFolder(String name, Path folder, String graph, List<String> files) {
  private static final String GRAPHS = "onnx";

  /// How the vectors of tokens become one, where Sentence Transformers keeps it.
  private static final String POOLING = "1_Pooling/config.json";

  private static final String USUAL = "model.onnx";

  /// @param given a folder, or the `.onnx` file that is meant
  /// @throws CommandFailed when there is no model, or part of it is missing
  public static ModelFolder of(Path given) {
    Path path = given.toAbsolutePath().normalize();
    try {
      if (Files.isDirectory(path)) {
        return of(nameOf(path), path, graphIn(path));
      }
      if (Files.isRegularFile(path) && isGraph(path)) {
        return of(nameOf(path).replaceFirst("\\.onnx$", ""), folderOf(path), path);
      }
    } catch (IOException e) {
      throw failed(ExitCode.FAILURES, "to read '%s', but that failed (%s)".formatted(given, e));
    }
    throw failed(
        ExitCode.NOT_FOUND,
        "'%s' to be a folder or a file that ends in .onnx, but %s"
            .formatted(given, Files.exists(path) ? "it is neither" : "it does not exist"));
  }

  private static ModelFolder of(String name, Path folder, Path graph) throws IOException {
    List<Path> files = new ArrayList<>(List.of(graph));
    for (String weights : weights(graph)) {
      files.add(inFolder(folder, graph, weights));
    }
    files.addAll(list(folder, ModelFolder::isBeside));
    if (Files.isRegularFile(folder.resolve(POOLING))) {
      files.add(folder.resolve(POOLING));
    }
    return new ModelFolder(
        name,
        folder,
        FolderWalk.name(folder.relativize(graph)),
        files.stream().map(file -> FolderWalk.name(folder.relativize(file))).toList());
  }

  /// What says how text becomes tokens and messages become text.
  private static boolean isBeside(Path file) {
    return nameOf(file).endsWith(".json") || nameOf(file).equals("chat_template.jinja");
  }

  private static Path graphIn(Path folder) throws IOException {
    List<Path> graphs = new ArrayList<>(list(folder, ModelFolder::isGraph));
    Path deeper = folder.resolve(GRAPHS);
    if (graphs.isEmpty() && Files.isDirectory(deeper)) {
      graphs.addAll(list(deeper, ModelFolder::isGraph));
    }
    if (graphs.isEmpty()) {
      throw failed(
          ExitCode.NOT_FOUND,
          "a file that ends in .onnx in '%s' or its folder 'onnx', but there is none"
              .formatted(folder));
    }
    return graphs.stream()
        .filter(graph -> graphs.size() == 1 || nameOf(graph).equals(USUAL))
        .findFirst()
        .orElseThrow(
            () ->
                failed(
                    ExitCode.USAGE,
                    "one graph in '%s', or one named %s, but there are %s; name the one that you mean"
                        .formatted(
                            folder,
                            USUAL,
                            String.join(", ", graphs.stream().map(ModelFolder::nameOf).toList()))));
  }

  /// Of a graph in `onnx` with a tokenizer above it, the folder above.
  private static Path folderOf(Path graph) throws IOException {
    Path folder = Objects.requireNonNull(graph.getParent());
    Path above = folder.getParent();
    return above != null
            && nameOf(folder).equals(GRAPHS)
            && !list(above, file -> nameOf(file).endsWith(".json")).isEmpty()
        ? above
        : folder;
  }

  private static Iterable<String> weights(Path graph) throws IOException {
    try {
      return WeightFiles.of(graph);
    } catch (IllegalArgumentException e) {
      throw failed(
          ExitCode.FAILURES, "'%s' to be an ONNX graph, but %s".formatted(graph, e.getMessage()));
    }
  }

  private static Path inFolder(Path folder, Path graph, String weights) {
    Path file = graph.resolveSibling(weights).normalize();
    if (!file.startsWith(folder)) {
      throw failed(
          ExitCode.FAILURES,
          "the weights of '%s' in its folder, but they are in '%s'".formatted(graph, weights));
    }
    if (!Files.isRegularFile(file)) {
      throw failed(
          ExitCode.NOT_FOUND,
          "the weights of '%s' in '%s', but there is no such file; bring it, too"
              .formatted(graph, file));
    }
    return file;
  }

  private interface Wanted {
    boolean is(Path file);
  }

  private static List<Path> list(Path folder, Wanted wanted) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> Files.isRegularFile(file) && wanted.is(file)).sorted().toList();
    }
  }

  private static boolean isGraph(Path file) {
    return nameOf(file).endsWith(".onnx");
  }

  private static String nameOf(Path path) {
    return path.getFileName() == null ? "model" : path.getFileName().toString();
  }

  private static CommandFailed failed(ExitCode code, String words) {
    return new CommandFailed(code, "Expected %s. Nothing was registered.".formatted(words));
  }
}
