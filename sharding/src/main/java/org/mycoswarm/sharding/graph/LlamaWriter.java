package org.mycoswarm.sharding.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mycoswarm.sharding.frame.ElementType;

/// Writes Llama-shaped decoders as ONNX, with the inputs and outputs of the exports that people
/// download: `input_ids`, `attention_mask`, `position_ids`, `past_key_values.0.key` and so on in,
/// `logits`, `present.0.key` and so on out. Rotation is by halves; projections have no bias.
///
/// One thread at a time.
public final class LlamaWriter {
  /// Which operators the graph is made of.
  public enum Layout {
    /// Those of the ONNX standard; one tensor between layers.
    PLAIN,
    /// GroupQueryAttention and its kin; two tensors between layers.
    FUSED
  }

  /// The names of the files that are written.
  public static final String MODEL = "model.onnx";

  public static final String DATA = "model.onnx_data";

  /// A whole page, so that each weight can be mapped by itself.
  private static final int ALIGNMENT = 4096;

  private static final long INLINE_BYTES_MAX = 1L << 30;

  private final LlamaShape shape;
  private final LlamaWeights weights;
  private final LlamaGraph graph;

  public LlamaWriter(LlamaShape shape, Layout layout, LlamaWeights weights) {
    this.shape = shape;
    this.weights = weights;
    this.graph =
        switch (layout) {
          case PLAIN -> new PlainLlama(shape);
          case FUSED -> new FusedLlama(shape);
        };
    graph.build();
  }

  /// How many bytes of weights the model has.
  public long weightBytes() {
    return graph.write.weights().stream()
        .mapToLong(weight -> 4L * weight.rows() * weight.columns())
        .sum();
  }

  /// Writes one file with everything in it.
  ///
  /// @throws IllegalStateException when there are more than 1 GiB of weights
  public void write(Path folder) {
    if (weightBytes() > INLINE_BYTES_MAX) {
      throw new IllegalStateException(
          "Expected at most 1 GiB of weights in one file, but there are %d bytes; write them to a file of their own."
              .formatted(weightBytes()));
    }
    GraphProto.Builder whole = graph.write.graph().clone();
    for (GraphWriter.Announced weight : graph.write.weights()) {
      ByteArrayOutputStream data = new ByteArrayOutputStream(4 * weight.columns());
      writeRows(weight, data);
      whole.addInitializer(tensor(weight).setRawData(ByteString.copyFrom(data.toByteArray())));
    }
    save(folder, whole);
  }

  /// Writes the graph, and the weights to a file beside it, of any size: they go to the disk row by
  /// row.
  public void writeWithExternalData(Path folder) {
    GraphProto.Builder slim = graph.write.graph().clone();
    try (OutputStream data =
        new BufferedOutputStream(Files.newOutputStream(folder.resolve(DATA)), 1 << 20)) {
      long offset = 0;
      for (GraphWriter.Announced weight : graph.write.weights()) {
        long bytes = 4L * weight.rows() * weight.columns();
        slim.addInitializer(reference(weight, offset, bytes));
        writeRows(weight, data);
        int gap = (int) (-bytes & (ALIGNMENT - 1));
        data.write(new byte[gap]);
        offset += bytes + gap;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    save(folder, slim);
  }

  private void save(Path folder, GraphProto.Builder whole) {
    ModelProto model = graph.model().toBuilder().setGraph(whole).build();
    try (OutputStream file = Files.newOutputStream(folder.resolve(MODEL))) {
      model.writeTo(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void writeRows(GraphWriter.Announced weight, OutputStream to) {
    float[] row = new float[weight.columns()];
    ByteBuffer bytes = ByteBuffer.allocate(4 * row.length).order(ByteOrder.LITTLE_ENDIAN);
    try {
      for (int i = 0; i < weight.rows(); i++) {
        switch (weight.name()) {
          case "cos_cache" -> rotaryRow(i, row, true);
          case "sin_cache" -> rotaryRow(i, row, false);
          default -> weights.row(weight.name(), weight.rows(), i, row);
        }
        bytes.asFloatBuffer().put(row);
        to.write(bytes.array());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The plain layout has each angle twice, once for each half of a head.
  private void rotaryRow(int position, float[] row, boolean cosine) {
    int half = shape.headSize() / 2;
    for (int i = 0; i < row.length; i++) {
      double angle = position / Math.pow(shape.theta(), 2.0 * (i % half) / shape.headSize());
      row[i] = (float) (cosine ? Math.cos(angle) : Math.sin(angle));
    }
  }

  private static TensorProto.Builder tensor(GraphWriter.Announced weight) {
    return TensorProto.newBuilder()
        .setName(weight.name())
        .setDataType(ElementType.FLOAT.code())
        .addAllDims(weight.shape());
  }

  private static TensorProto.Builder reference(
      GraphWriter.Announced weight, long offset, long bytes) {
    return tensor(weight)
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(entry("location", DATA))
        .addExternalData(entry("offset", Long.toString(offset)))
        .addExternalData(entry("length", Long.toString(bytes)));
  }

  private static StringStringEntryProto.Builder entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value);
  }
}
