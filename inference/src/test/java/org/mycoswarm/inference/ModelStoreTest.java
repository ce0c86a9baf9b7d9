package org.mycoswarm.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What lies among the models is told truly: what is there, under which digest, and what is not
/// usable.
class ModelStoreTest {
  private static final Path CATALOGUE =
      Path.of("../schema/src/main/resources/org/mycoswarm/schema/models.json");

  private static final String SHEET =
      "{\"name\":\"m\",\"dimension\":4,\"tokensMax\":16,\"pooling\":\"mean\",\"normalize\":true}";

  @TempDir Path models;

  @Test
  void the_models_we_ship_are_those_of_the_catalogue() throws IOException {
    JsonNode catalogue = new ObjectMapper().readTree(Files.readAllBytes(CATALOGUE));

    ModelStore store = ModelStore.open(Shipped.MODELS);

    assertThat(store.broken()).isEmpty();
    assertThat(store.models()).hasSize(catalogue.size());
    for (JsonNode entry : catalogue) {
      Model model = store.byName(entry.get("name").asText()).orElseThrow();
      assertThat(model.digest()).isEqualTo(entry.get("digest").asText());
      assertThat(model.dimension()).isEqualTo(entry.get("dimension").asInt());
      assertThat(model.tokensMax()).isEqualTo(entry.get("tokensMax").asInt());
      assertThat(store.byDigest(model.digest())).contains(model);
    }
  }

  @Test
  void a_digest_is_that_of_the_lines_of_sha256sum() throws IOException {
    model("m", SHEET);

    Model model = ModelStore.open(models).models().getFirst();

    // printf weights > model.onnx; printf words > tokenizer.json
    // sha256sum model.onnx tokenizer.json | sha256sum
    assertThat(model.digest())
        .isEqualTo("sha256:6eb82deb43a387d8f548bf0cd80b919d9642f6f6360c75ccfc9a0b0bd8227ae6");
  }

  @Test
  void another_description_makes_no_other_model() throws IOException {
    model("a", SHEET);
    model("b", SHEET.replace("}", ",\"source\":\"elsewhere\"}"));

    ModelStore store = ModelStore.open(models);

    assertThat(store.models())
        .extracting(Model::digest)
        .hasSize(2)
        .containsOnly(store.models().getFirst().digest());
  }

  @ParameterizedTest
  @CsvSource({"model.onnx", "tokenizer.json", "model.json"})
  void a_folder_that_lacks_a_file_is_listed_with_the_reason(String file) throws IOException {
    Path folder = model("m", SHEET);
    Files.delete(folder.resolve(file));

    ModelStore store = ModelStore.open(models);

    assertThat(store.models()).isEmpty();
    assertThat(store.broken())
        .containsExactly(
            new BrokenModel(
                folder,
                "Expected a model in '%s', but '%s' is missing; it is left out"
                    .formatted(folder, file)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{\"name\":            | model.json is not readable: Unexpected end-of-input",
        "[]                    | model.json is not readable: Cannot deserialize",
        "{}                    | model.json gives no name",
        "{\"name\":\"m\"}      | model.json says dimension 0, where 1 to 65536 is possible",
        "{\"name\":\"m\",\"dimension\":4,\"tokensMax\":2} | model.json says tokensMax 2, where 8 to 1000000 is possible",
        "{\"name\":\"m\",\"dimension\":4,\"tokensMax\":16,\"pooling\":\"max\"} | model.json says pooling 'max', where 'mean' or 'cls' is known",
      })
  void a_sheet_that_makes_no_sense_is_told(String sheet, String reason) throws IOException {
    Path folder = model("m", sheet);

    ModelStore store = ModelStore.open(models);

    assertThat(store.models()).isEmpty();
    assertThat(store.broken().getFirst().reason())
        .startsWith("Expected a model in '%s', but %s".formatted(folder, reason))
        .endsWith("; it is left out");
  }

  @Test
  void a_folder_of_sentence_transformers_needs_no_sheet() throws IOException {
    Path folder = model("from-the-hub", SHEET);
    Files.delete(folder.resolve("model.json"));
    Files.createDirectory(folder.resolve("1_Pooling"));
    Files.writeString(
        folder.resolve("1_Pooling/config.json"),
        "{\"word_embedding_dimension\":8,\"pooling_mode_cls_token\":true}");
    Files.writeString(folder.resolve("sentence_bert_config.json"), "{\"max_seq_length\":512}");
    Files.writeString(
        folder.resolve("modules.json"), "[{\"type\":\"sentence_transformers.models.Normalize\"}]");
    Files.writeString(
        folder.resolve("config_sentence_transformers.json"),
        "{\"prompts\":{\"query\":\"query: \",\"document\":\"passage: \"}}");

    Model model = ModelStore.open(models).models().getFirst();

    assertThat(model)
        .isEqualTo(
            new Model(
                "from-the-hub",
                model.digest(),
                folder.toAbsolutePath(),
                8,
                512,
                Model.Pooling.CLS,
                true,
                "query: ",
                "passage: "));
  }

  @Test
  void where_there_is_no_folder_of_models_there_are_none_and_it_says_so() {
    Path missing = models.resolve("nowhere");

    ModelStore store = ModelStore.open(missing);

    assertThat(store.models()).isEmpty();
    assertThat(store.broken().getFirst().reason())
        .isEqualTo(
            "Expected a folder of models at '%s', but there is none; this machine can embed nothing"
                .formatted(missing));
  }

  private Path model(String name, String sheet) throws IOException {
    Path folder = Files.createDirectory(models.resolve(name));
    Files.writeString(folder.resolve("model.onnx"), "weights");
    Files.writeString(folder.resolve("tokenizer.json"), "words");
    Files.writeString(folder.resolve("model.json"), sheet);
    return folder;
  }
}
