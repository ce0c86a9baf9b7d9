package org.mycoswarm.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.inference.shard.StageRefused;
import org.mycoswarm.inference.shard.StageRunner;
import org.mycoswarm.inference.shard.StageSpec;

/// Models that are none: each is refused in a sentence, and what ran before runs on. What can be
/// seen without computing is refused when a model is registered, by `OnnxModelTest`.
class BrokenModelTest {
  private static final int DIMENSION = 4;
  private static OnnxRuntime runtime;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    runtime = OnnxRuntime.start();
  }

  @AfterAll
  static void close() {
    runtime.close();
  }

  @Test
  void an_operator_that_nobody_knows_is_refused_when_a_stage_is_loaded() throws IOException {
    Path graph = write("input_ids", "Mushroom", 1f);

    assertThatThrownBy(() -> StageRunner.open(runtime, spec(graph)))
        .isInstanceOf(StageRefused.class)
        .hasMessageStartingWith("Expected ONNX Runtime to load the graph 'model.onnx', but: ")
        .hasMessageContaining("Mushroom")
        .hasMessageEndingWith("; the stage is not loaded");
    assertTheNextOneWorks();
  }

  @Test
  void an_operator_that_nobody_knows_is_refused_when_an_embedder_is_made() throws IOException {
    Model model = model(write("input_ids", "Mushroom", 1f));

    assertThatThrownBy(() -> runtime.embedder(model))
        .isInstanceOf(ModelFailure.class)
        .hasMessageContaining("Mushroom")
        .hasMessageEndingWith("the model is not usable until the file is replaced");
    assertTheNextOneWorks();
  }

  @Test
  void a_vector_of_no_numbers_is_refused() throws IOException {
    Model model = model(write("input_ids", "Gather", Float.NaN));

    try (Embedder embedder = runtime.embedder(model)) {
      assertThatThrownBy(() -> embedder.embed("fungi"))
          .isInstanceOf(ModelFailure.class)
          .hasMessage(
              "Expected numbers in the vector of the model 'broken', but it computed NaN; its"
                  + " weights are broken: replace them");
    }
    assertTheNextOneWorks();
  }

  @Test
  void a_stage_that_computes_no_numbers_is_refused() throws Exception {
    Path graph = write("input_ids", "Gather", Float.NaN);

    try (StageRunner stage = StageRunner.open(runtime, spec(graph))) {
      assertThatThrownBy(() -> stage.forward(new long[] {1}, List.of()))
          .isInstanceOf(StageRefused.class)
          .hasMessageStartingWith("Expected numbers in 'rows', but the model computed NaN");
    }
  }

  @Test
  void a_model_whose_inputs_have_other_names_is_refused() throws IOException {
    Model model = model(write("pixels", "Gather", 1f));

    try (Embedder embedder = runtime.embedder(model)) {
      assertThatThrownBy(() -> embedder.embed("fungi"))
          .isInstanceOf(ModelFailure.class)
          .hasMessageStartingWith("Expected a vector from the model 'broken', but ONNX Runtime");
    }
    assertTheNextOneWorks();
  }

  private static void assertTheNextOneWorks() {
    try (Embedder embedder = runtime.embedder(Shipped.int8())) {
      assertThat(embedder.embed("fungi")).hasSize(384);
    }
  }

  private static StageSpec spec(Path graph) {
    return new StageSpec(graph, List.of(), 0, 512, 1);
  }

  private Model model(Path graph) throws IOException {
    assertThat(graph).hasParent(folder);
    Files.copy(Shipped.int8().tokenizer(), folder.resolve("tokenizer.json"));
    return new Model(
        "broken",
        "sha256:" + "00".repeat(32),
        folder,
        DIMENSION,
        512,
        Model.Pooling.MEAN,
        false,
        "",
        "");
  }

  /// A row of a table for each token, all of them this value.
  private Path write(String input, String operator, float value) throws IOException {
    int words = 30_522;
    TensorProto.Builder table =
        TensorProto.newBuilder()
            .setName("table")
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .addDims(words)
            .addDims(DIMENSION);
    for (int i = 0; i < words * DIMENSION; i++) {
      table.addFloatData(value);
    }
    GraphProto graph =
        GraphProto.newBuilder()
            .setName("broken")
            .addInput(port(input, TensorProto.DataType.INT64_VALUE, 1, -1))
            .addInitializer(table)
            .addNode(
                NodeProto.newBuilder()
                    .setOpType(operator)
                    .addInput("table")
                    .addInput(input)
                    .addOutput("rows"))
            .addOutput(port("rows", TensorProto.DataType.FLOAT_VALUE, 1, -1, DIMENSION))
            .build();
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
            .setGraph(graph)
            .build();
    return Files.write(folder.resolve("model.onnx"), model.toByteArray());
  }

  /// @param shape where anything below nothing means: as many as there are tokens
  private static ValueInfoProto port(String name, int type, int... shape) {
    TensorShapeProto.Builder sizes = TensorShapeProto.newBuilder();
    for (int size : shape) {
      var dimension = TensorShapeProto.Dimension.newBuilder();
      sizes.addDim(size < 0 ? dimension.setDimParam("tokens") : dimension.setDimValue(size));
    }
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder().setElemType(type).setShape(sizes).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}
