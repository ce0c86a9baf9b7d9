package org.mycoswarm.cli.folder;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/// Which other files the weights of an ONNX graph lie in. Walks over the fields of the file, so
/// that a graph of any size costs no memory; what a graph means is the broker's business.
final class WeightFiles {
  private static final int MODEL_GRAPH = 7;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int TENSOR_EXTERNAL_DATA = 13;
  private static final int ENTRY_KEY = 1;
  private static final int ENTRY_VALUE = 2;

  private final SortedSet<String> found = new TreeSet<>();

  private WeightFiles() {}

  /// Their paths, relative to the graph's folder.
  ///
  /// @throws IllegalArgumentException when it is no graph
  static SortedSet<String> of(Path graph) throws IOException {
    try (FileChannel file = FileChannel.open(graph)) {
      if (file.size() > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("it is larger than 2 GiB, which no ONNX file can be");
      }
      return in(file.map(FileChannel.MapMode.READ_ONLY, 0, file.size()));
    }
  }

  private static SortedSet<String> in(ByteBuffer model) {
    WeightFiles files = new WeightFiles();
    boolean[] any = {false};
    try {
      fields(
          model,
          (field, graph) -> {
            if (field == MODEL_GRAPH) {
              any[0] = true;
              fields(graph, files::ofGraph);
            }
          });
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("it is cut off, or no ONNX file", e);
    }
    if (!any[0]) {
      throw new IllegalArgumentException("there is no graph in it");
    }
    return files.found;
  }

  private void ofGraph(int field, ByteBuffer tensor) {
    if (field == GRAPH_INITIALIZER) {
      fields(
          tensor,
          (of, entry) -> {
            if (of == TENSOR_EXTERNAL_DATA) {
              entry(entry);
            }
          });
    }
  }

  private void entry(ByteBuffer entry) {
    String[] pair = {"", ""};
    fields(
        entry,
        (field, text) -> {
          if (field == ENTRY_KEY || field == ENTRY_VALUE) {
            pair[field - 1] = UTF_8.decode(text).toString();
          }
        });
    if (pair[0].equals("location")) {
      found.add(pair[1]);
    }
  }

  /// Gives every field that has a length, and passes over numbers.
  private static void fields(ByteBuffer message, BiConsumer<Integer, ByteBuffer> each) {
    while (message.hasRemaining()) {
      long tag = varint(message);
      switch ((int) (tag & 7)) {
        case 0 -> varint(message);
        case 1 -> skip(message, Long.BYTES);
        case 2 -> {
          long length = varint(message);
          int from = message.position();
          skip(message, length);
          each.accept((int) (tag >>> 3), message.slice(from, (int) length));
        }
        case 5 -> skip(message, Integer.BYTES);
        default -> throw new IllegalArgumentException("it is no ONNX file");
      }
    }
  }

  private static void skip(ByteBuffer message, long bytes) {
    if (bytes < 0 || bytes > message.remaining()) {
      throw new BufferUnderflowException();
    }
    message.position(message.position() + (int) bytes);
  }

  private static long varint(ByteBuffer message) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = message.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("it is no ONNX file");
  }
}
