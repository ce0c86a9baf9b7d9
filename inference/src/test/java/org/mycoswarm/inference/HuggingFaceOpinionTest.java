package org.mycoswarm.inference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Hugging Face's own library for Node.js makes the same vectors of the same model files.
///
/// It is installed by `sh inference/src/test/npm/install.sh inference/target/npm`, the larger
/// models by `-Pmodels`; where they are not, the test says so and is skipped, unless
/// `MYCOSWARM_REQUIRE_SECOND_OPINION=true`.
class HuggingFaceOpinionTest {
  private static final Path NPM = Path.of("target", "npm").toAbsolutePath();
  private static final Path MORE = Path.of("target", "more-models");
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> TEXTS =
      List.of(
          "Fungi",
          "How do mushrooms spread their spores?",
          "A mycelium joins the roots of many trees, and carries sugar between them.",
          "Unbelievably, the hyperparameterization of tokenizers (v2.5) isn't standardised!",
          "caf\u00e9 \u4f60\u597d \ud83c\udf44 naïve, 1,234.5 km/h",
          "if (lease.expired()) { queue.bury(task_id); } // 42 attempts");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '^',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "all-minilm-l6-v2,mean,,",
        "bge-small-en-v1.5,cls,Represent this sentence for searching relevant passages: ,",
        "e5-small-v2,mean,query: ,passage: ",
      })
  void vectors_equal_those_of_another_library(
      String name, String pooling, String query, String passage) throws Exception {
    Model model = model(name);
    assumed(
        Files.isDirectory(NPM.resolve("node_modules")),
        "sh inference/src/test/npm/install.sh inference/target/npm");
    List<String> theirs =
        TEXTS.stream()
            .flatMap(t -> List.of(orNothing(query) + t, orNothing(passage) + t).stream())
            .toList();
    float[][] expected = embeddedByThem(model, pooling, theirs);

    try (OnnxRuntime runtime = OnnxRuntime.start();
        Embedder embedder = runtime.embedder(model)) {
      for (int i = 0; i < TEXTS.size(); i++) {
        float[] asked = embedder.embed(model.queryPrefix() + TEXTS.get(i));
        float[] found = embedder.embed(model.passagePrefix() + TEXTS.get(i));
        assertThat(Cosine.of(asked, expected[2 * i])).isGreaterThanOrEqualTo(0.9999);
        assertThat(Cosine.of(found, expected[2 * i + 1])).isGreaterThanOrEqualTo(0.9999);
      }
    }
  }

  private static String orNothing(String prefix) {
    return prefix == null ? "" : prefix;
  }

  private static Model model(String name) {
    if (name.equals("all-minilm-l6-v2")) {
      return Shipped.fp32();
    }
    assumed(Files.isDirectory(MORE.resolve(name)), "a build with -Pmodels");
    return ModelStore.open(MORE).byName(name).orElseThrow();
  }

  private static void assumed(boolean there, String how) {
    boolean required = Boolean.parseBoolean(System.getenv("MYCOSWARM_REQUIRE_SECOND_OPINION"));
    assumeTrue(there || required, "Not compared with another library: it takes " + how);
    assertThat(there).as("It takes " + how).isTrue();
  }

  /// Their library wants the weights in a folder `onnx` and a few words about the model.
  private float[][] embeddedByThem(Model model, String pooling, List<String> texts)
      throws IOException, InterruptedException {
    Path theirs = Files.createDirectories(folder.resolve("m"));
    Path weights = Files.createDirectories(theirs.resolve("onnx")).resolve("model.onnx");
    Files.createSymbolicLink(weights, model.weights());
    Files.copy(model.tokenizer(), theirs.resolve("tokenizer.json"));
    Files.writeString(theirs.resolve("config.json"), "{\"model_type\":\"bert\"}");
    Files.writeString(
        theirs.resolve("tokenizer_config.json"),
        "{\"tokenizer_class\":\"BertTokenizer\",\"model_max_length\":512}");
    Path asked = folder.resolve("asked.json");
    Files.write(
        asked,
        JSON.writeValueAsBytes(
            Map.of("folder", folder + "/", "name", "m", "pooling", pooling, "texts", texts)));
    Process node =
        new ProcessBuilder("node", NPM.resolve("embed.mjs").toString())
            .redirectInput(asked.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String answer = new String(node.getInputStream().readAllBytes(), UTF_8);
    assertThat(node.waitFor()).isZero();
    return JSON.readValue(answer, float[][].class);
  }
}
