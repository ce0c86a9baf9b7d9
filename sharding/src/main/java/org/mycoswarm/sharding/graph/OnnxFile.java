package org.mycoswarm.sharding.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// Walks an ONNX file and remembers where the large weights lie in it, without reading them. All
/// else of it comes out as an ordinary message.
final class OnnxFile {
  /// Raw data up to here is read as well; a weight above is only looked up.
  static final int SMALL = 64 << 10;

  /// A graph without its weights has a few MB; above this the file is not what it seems.
  private static final int GRAPH_BYTES_MAX = 32 << 20;

  /// A place in the file.
  record Range(long offset, long bytes) {}

  private final Map<String, Range> weights = new HashMap<>();
  private final String name;
  private long kept;

  private OnnxFile(String name) {
    this.name = name;
  }

  /// @param slim the model without the data of its large weights
  /// @param weights by initializer, where its raw data lies
  record Read(ModelProto slim, Map<String, Range> weights) {}

  static Read read(Path file, String name) {
    try (InputStream bytes = Files.newInputStream(file)) {
      long size = Files.size(file);
      if (size > Integer.MAX_VALUE) {
        throw new ModelRefused(
            "Expected an ONNX file of at most 2 GiB, but \"%s\" has %d bytes; export the model with external data."
                .formatted(name, size));
      }
      OnnxFile walk = new OnnxFile(name);
      CodedInputStream in = CodedInputStream.newInstance(bytes, 1 << 16);
      in.setSizeLimit(Integer.MAX_VALUE);
      return new Read(walk.model(in), Map.copyOf(walk.weights));
    } catch (InvalidProtocolBufferException e) {
      throw new ModelRefused(
          "Expected \"%s\" to be an ONNX model, but it is not one or is cut off: %s"
              .formatted(name, e.getMessage()),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ModelProto model(CodedInputStream in) throws IOException {
    UnknownFieldSet.Builder fields = UnknownFieldSet.newBuilder();
    GraphProto.Builder graph = GraphProto.newBuilder();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (is(tag, ModelProto.GRAPH_FIELD_NUMBER)) {
        int outer = enter(in);
        graph(in, graph);
        leave(in, outer);
      } else {
        keep(tag, in, fields);
      }
    }
    return ModelProto.parseFrom(fields.build().toByteString()).toBuilder().setGraph(graph).build();
  }

  private void graph(CodedInputStream in, GraphProto.Builder graph) throws IOException {
    UnknownFieldSet.Builder fields = UnknownFieldSet.newBuilder();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (is(tag, GraphProto.INITIALIZER_FIELD_NUMBER)) {
        int outer = enter(in);
        graph.addInitializer(tensor(in));
        leave(in, outer);
      } else {
        keep(tag, in, fields);
      }
    }
    graph.mergeFrom(fields.build().toByteString());
  }

  private TensorProto tensor(CodedInputStream in) throws IOException {
    UnknownFieldSet.Builder fields = UnknownFieldSet.newBuilder();
    Range raw = null;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (!is(tag, TensorProto.RAW_DATA_FIELD_NUMBER)) {
        keep(tag, in, fields);
        continue;
      }
      int bytes = in.readRawVarint32();
      raw = new Range(in.getTotalBytesRead(), bytes);
      if (bytes >= 0 && bytes <= SMALL) {
        keepBytes(TensorProto.RAW_DATA_FIELD_NUMBER, bytes, in, fields);
      } else {
        in.skipRawBytes(bytes);
      }
    }
    TensorProto tensor = TensorProto.parseFrom(fields.build().toByteString());
    if (raw != null) {
      weights.put(tensor.getName(), raw);
    }
    return tensor;
  }

  private void keep(int tag, CodedInputStream in, UnknownFieldSet.Builder fields)
      throws IOException {
    if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      keepBytes(WireFormat.getTagFieldNumber(tag), in.readRawVarint32(), in, fields);
    } else if (!fields.mergeFieldFrom(tag, in)) {
      throw new ModelRefused(
          "Expected \"%s\" to be an ONNX model, but it is not one.".formatted(name));
    }
  }

  private void keepBytes(int field, int bytes, CodedInputStream in, UnknownFieldSet.Builder fields)
      throws IOException {
    kept += bytes;
    if (bytes < 0 || kept > GRAPH_BYTES_MAX) {
      throw new ModelRefused(
          "Expected at most %d bytes of \"%s\" to be something else than weights, but there are more; it may be cut off, or keep its weights in constants."
              .formatted(GRAPH_BYTES_MAX, name));
    }
    ByteString value = ByteString.copyFrom(in.readRawBytes(bytes));
    fields.mergeField(field, UnknownFieldSet.Field.newBuilder().addLengthDelimited(value).build());
  }

  private static boolean is(int tag, int field) {
    return tag == (field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED);
  }

  private static int enter(CodedInputStream in) throws IOException {
    return in.pushLimit(in.readRawVarint32());
  }

  /// The end of the file looks like the end of the message: only the bytes that are missing tell.
  private void leave(CodedInputStream in, int outer) throws IOException {
    int missing = in.getBytesUntilLimit();
    if (missing > 0) {
      throw new ModelRefused(
          "Expected %d bytes more in \"%s\", but it ends: it is cut off; fetch the file again."
              .formatted(missing, name));
    }
    in.popLimit(outer);
  }
}
