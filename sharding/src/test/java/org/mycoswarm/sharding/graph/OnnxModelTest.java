package org.mycoswarm.sharding.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.sharding.frame.ElementType;
import org.mycoswarm.sharding.graph.LlamaWriter.Layout;

/// Weights are found where they lie, without being loaded; what is broken is refused in words.
class OnnxModelTest {
  private static final LlamaShape SHAPE = new LlamaShape(64, 32, 2, 4, 2, 48, 64, 1e-5f, 10_000f);
  private static final LlamaWeights WEIGHTS = LlamaWeights.random(5);

  @TempDir private Path inside;
  @TempDir private Path beside;

  @BeforeEach
  void write() {
    LlamaWriter writer = new LlamaWriter(SHAPE, Layout.PLAIN, WEIGHTS);
    writer.write(inside);
    writer.writeWithExternalData(beside);
  }

  @Test
  void weights_are_found_in_the_file_and_beside_it() throws IOException {
    for (Path folder : List.of(inside, beside)) {
      List<WeightRange> weights = read(folder).weights();

      assertThat(weights).hasSize(18).allMatch(weight -> weight.type() == ElementType.FLOAT);
      for (WeightRange weight : weights) {
        assertThat(firstRow(folder, weight)).as(weight.toString()).isEqualTo(expectedRow(weight));
      }
    }
  }

  @Test
  void small_constants_stay_in_the_graph_and_large_weights_do_not() {
    GraphProto graph = read(inside).graph();

    assertThat(graph.getInitializerList())
        .filteredOn(tensor -> tensor.getName().startsWith("const_"))
        .isNotEmpty()
        .allMatch(TensorProto::hasRawData);
    assertThat(graph.getSerializedSize()).isLessThan(40_000);
  }

  @Test
  void a_decoder_s_inputs_outputs_and_caches_are_told() {
    OnnxModel model = read(inside);

    assertThat(model.inputs()).extracting(Port::name).contains("input_ids", "position_ids");
    assertThat(model.outputs().getFirst().shape()).isEqualTo(List.of(-1L, -1L, 64L));
    assertThat(model.kvPairs())
        .hasSize(4)
        .first()
        .isEqualTo(
            new KvPair(
                "past_key_values.0.key",
                "present.0.key",
                ElementType.FLOAT,
                List.of(-1L, 2L, -1L, 8L),
                2));
    assertThat(model.kvPairs().getFirst().bytesPerToken()).isEqualTo(2 * 8 * 4);
    assertThat(model.kvPairs().getFirst().shapeFor(7)).isEqualTo(List.of(1L, 2L, 7L, 8L));
  }

  @Test
  void a_model_s_files_may_have_other_names_on_the_disk() {
    Map<String, Path> blobs =
        Map.of(
            "onnx/model.onnx", beside.resolve("model.onnx"),
            "model.onnx_data", beside.resolve("model.onnx_data"));

    assertThat(OnnxModel.read(blobs::get, "onnx/model.onnx").weights()).hasSize(18);
  }

  @Test
  void small_constants_in_a_file_beside_the_model_are_read_into_the_graph() throws IOException {
    bend(
        beside,
        graph -> {
          int at = indexOf(graph, "model.norm.weight");
          return graph.setInitializer(
              at,
              graph.getInitializer(at).toBuilder()
                  .clearDims()
                  .addDims(4)
                  .setExternalData(
                      2, graph.getInitializer(at).getExternalData(2).toBuilder().setValue("16")));
        });

    OnnxModel model = read(beside);

    assertThat(model.weights()).noneMatch(weight -> weight.name().equals("model.norm.weight"));
    assertThat(
            model.graph().getInitializer(indexOf(model.graph().toBuilder(), "model.norm.weight")))
        .matches(tensor -> tensor.getRawData().size() == 16);
  }

  @Test
  void a_model_that_is_not_there_is_refused() {
    assertThatThrownBy(() -> OnnxModel.read(inside, "other.onnx"))
        .isInstanceOf(ModelRefused.class)
        .hasMessage("Expected the model's file \"other.onnx\", but it is not there.");
  }

  @Test
  void a_file_that_ends_too_early_is_refused_wherever_it_ends() throws IOException {
    byte[] whole = Files.readAllBytes(inside.resolve("model.onnx"));
    for (int length = 0; length < whole.length; length += whole.length / 97) {
      Files.write(inside.resolve("cut.onnx"), Arrays.copyOf(whole, length));

      assertThatThrownBy(() -> OnnxModel.read(inside, "cut.onnx"))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(ModelRefused.class);
    }
  }

  @Test
  void a_file_that_is_something_else_is_refused() throws IOException {
    Files.writeString(inside.resolve("text.onnx"), "{\"not\": \"a model\"}");

    assertThatThrownBy(() -> OnnxModel.read(inside, "text.onnx"))
        .isInstanceOf(ModelRefused.class)
        .hasMessageStartingWith("Expected \"text.onnx\" to be an ONNX model, but it is not one");
  }

  @Test
  void a_graph_without_nodes_is_refused() throws IOException {
    bend(inside, GraphProto.Builder::clearNode);

    refused(inside, "Expected \"model.onnx\" to have a graph with nodes, but it has none.");
  }

  @Test
  void a_weight_that_leads_out_of_the_folder_is_refused() throws IOException {
    for (String way : List.of("../secret", "/etc/passwd", "a/../../b", "..", "", "c:\\x")) {
      bendEntry("model.norm.weight", 0, way);

      refused(
          beside,
          "Expected weight \"model.norm.weight\" in a file inside the model's folder, but it names \"%s\"; the model is refused."
              .formatted(way));
    }
  }

  @Test
  void a_weight_past_the_end_of_its_file_is_refused() throws IOException {
    long size = Files.size(beside.resolve("model.onnx_data"));
    bendEntry("lm_head", 1, "" + size);

    refused(
        beside,
        "Expected weight \"lm_head\" in \"model.onnx_data\" at %d to %d, but the file has only %d bytes: it is cut off; fetch it again."
            .formatted(size, size + 64 * 32 * 4, size));
  }

  @Test
  void a_weight_in_a_file_that_is_missing_is_refused() throws IOException {
    Files.delete(beside.resolve("model.onnx_data"));

    assertThatThrownBy(() -> read(beside))
        .hasMessageStartingWith(
            "Expected the file \"model.onnx_data\" beside the model, since weight \"")
        .hasMessageEndingWith("\" lies in it, but it is not there.");
  }

  @Test
  void a_weight_of_another_length_than_its_shape_says_is_refused() throws IOException {
    bendEntry("lm_head", 2, "8");

    refused(
        beside,
        "Expected 8192 bytes for weight \"lm_head\" (FLOAT [32, 64]), but the model gives it 8.");
  }

  @Test
  void a_place_that_is_no_number_is_refused() throws IOException {
    bendEntry("lm_head", 1, "-4096");

    refused(beside, "Expected a number of bytes for weight \"lm_head\", but it says \"-4096\".");
  }

  @Test
  void a_weight_of_a_type_that_cannot_be_sent_is_refused() throws IOException {
    bend(
        inside,
        graph -> {
          int at = indexOf(graph, "lm_head");
          return graph.setInitializer(at, graph.getInitializer(at).toBuilder().setDataType(22));
        });

    assertThatThrownBy(() -> read(inside))
        .hasMessageStartingWith(
            "Weight \"lm_head\" cannot be used. Expected an element type of whole bytes");
  }

  @Test
  void a_weight_of_negative_dimensions_is_refused() throws IOException {
    bend(
        inside,
        graph -> {
          int at = indexOf(graph, "lm_head");
          TensorProto weight = graph.getInitializer(at);
          return graph.setInitializer(
              at, weight.toBuilder().setDims(0, -weight.getDims(0)).setDims(1, -weight.getDims(1)));
        });

    assertThatThrownBy(() -> read(inside))
        .isInstanceOf(ModelRefused.class)
        .hasMessageMatching(
            "Expected dimensions of 0 or more, but weight \"lm_head\" has \\[-[0-9]+, -[0-9]+\\]\\.");
  }

  @Test
  void a_tensor_that_nothing_makes_is_refused() throws IOException {
    bend(inside, graph -> graph.removeInitializer(indexOf(graph, "lm_head")));

    refused(
        inside,
        "Node \"/logits\" (MatMul) needs the tensor \"lm_head\", but nothing in the graph makes it.");
  }

  @Test
  void a_graph_that_goes_in_a_circle_is_refused() throws IOException {
    bend(
        inside,
        graph -> {
          int last = graph.getNodeCount() - 1;
          String made = graph.getNode(last - 1).getOutput(0);
          return graph.setNode(last - 2, graph.getNode(last - 2).toBuilder().setInput(0, made));
        });

    assertThatThrownBy(() -> read(inside))
        .hasMessageMatching("Expected a graph without circles, but \".*\" is made of itself.");
  }

  @Test
  void a_cache_that_does_not_come_out_again_is_refused() throws IOException {
    bend(inside, graph -> graph.removeOutput(1));

    refused(
        inside,
        "Expected an output \"present.0.key\" for the cache \"past_key_values.0.key\", but the graph has none; export the model with its cache.");
  }

  @Test
  void a_model_that_takes_something_else_than_text_is_refused() throws IOException {
    bend(inside, graph -> graph.addInput(graph.getInput(0).toBuilder().setName("pixel_values")));

    assertThatThrownBy(() -> read(inside))
        .isInstanceOf(ModelRefused.class)
        .hasMessageStartingWith("Expected a text model that takes input_ids and perhaps")
        .hasMessageContaining("pixel_values");
  }

  private static OnnxModel read(Path folder) {
    return OnnxModel.read(folder, LlamaWriter.MODEL);
  }

  private static void refused(Path folder, String sentence) {
    assertThatThrownBy(() -> read(folder)).isInstanceOf(ModelRefused.class).hasMessage(sentence);
  }

  private void bendEntry(String weight, int entry, String value) throws IOException {
    bend(
        beside,
        graph -> {
          int at = indexOf(graph, weight);
          TensorProto.Builder tensor = graph.getInitializer(at).toBuilder();
          tensor.getExternalDataBuilder(entry).setValue(value);
          return graph.setInitializer(at, tensor);
        });
  }

  private static void bend(Path folder, UnaryOperator<GraphProto.Builder> change)
      throws IOException {
    Path file = folder.resolve("model.onnx");
    ModelProto model = ModelProto.parseFrom(Files.readAllBytes(file));
    GraphProto.Builder graph = change.apply(model.getGraph().toBuilder());
    Files.write(file, model.toBuilder().setGraph(graph).build().toByteArray());
  }

  private static int indexOf(GraphProto.Builder graph, String weight) {
    for (int i = 0; i < graph.getInitializerCount(); i++) {
      if (graph.getInitializer(i).getName().equals(weight)) {
        return i;
      }
    }
    throw new IllegalStateException("Expected a weight \"" + weight + "\", but there is none.");
  }

  private static float[] firstRow(Path folder, WeightRange weight) throws IOException {
    float[] row = new float[weight.shape().getLast().intValue()];
    ByteBuffer bytes = ByteBuffer.allocate(4 * row.length).order(ByteOrder.LITTLE_ENDIAN);
    try (var channel =
        Files.newByteChannel(folder.resolve(weight.file()), StandardOpenOption.READ)) {
      channel.position(weight.offset()).read(bytes);
    }
    bytes.flip().asFloatBuffer().get(row);
    return row;
  }

  private static float[] expectedRow(WeightRange weight) {
    float[] row = new float[weight.shape().getLast().intValue()];
    if (weight.name().equals("cos_cache")) {
      Arrays.fill(row, 1);
    } else if (!weight.name().equals("sin_cache")) {
      WEIGHTS.row(weight.name(), weight.shape().getFirst().intValue(), 0, row);
    }
    return row;
  }
}
