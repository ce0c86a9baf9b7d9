package org.mycoswarm.sharding.graph;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Finds the ranges of weights that lie in files of their own, and lets none lead out of the
/// model's folder or past a file's end.
final class ExternalData {
  private final Function<String, @Nullable Path> files;
  private final Map<String, Long> sizes = new HashMap<>();

  ExternalData(Function<String, @Nullable Path> files) {
    this.files = files;
  }

  /// @param shaped the weight with the bytes that its type and shape ask for
  WeightRange range(TensorProto tensor, WeightRange shaped) {
    Map<String, String> entries = new HashMap<>();
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      entries.put(entry.getKey(), entry.getValue());
    }
    String location = inside(shaped.name(), entries.getOrDefault("location", ""));
    long offset = number(shaped.name(), entries.getOrDefault("offset", "0"));
    long bytes = number(shaped.name(), entries.getOrDefault("length", "" + shaped.bytes()));
    if (bytes != shaped.bytes()) {
      throw OnnxModel.wrongLength(shaped, bytes);
    }
    requireWithin(shaped.name(), location, offset, bytes);
    return new WeightRange(
        shaped.name(), shaped.type(), shaped.shape(), location, offset, shaped.bytes());
  }

  /// Bytes of a range that was found here.
  byte[] read(WeightRange range) {
    try (var channel = Files.newByteChannel(path(range.name(), range.file()))) {
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(range.bytes()));
      channel.position(range.offset());
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
      return bytes.array();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void requireWithin(String weight, String location, long offset, long bytes) {
    Path file = path(weight, location);
    long size = sizes.computeIfAbsent(location, _ -> size(file));
    if (offset > size - bytes) {
      throw new ModelRefused(
          "Expected weight \"%s\" in \"%s\" at %d to %d, but the file has only %d bytes: it is cut off; fetch it again."
              .formatted(weight, location, offset, offset + bytes, size));
    }
  }

  private Path path(String weight, String location) {
    Path file = files.apply(location);
    if (file == null || !Files.isRegularFile(file)) {
      throw new ModelRefused(
          "Expected the file \"%s\" beside the model, since weight \"%s\" lies in it, but it is not there."
              .formatted(location, weight));
    }
    return file;
  }

  /// The location without detours; anything that is not a plain way down is refused before a file
  /// is looked at.
  private static String inside(String weight, String location) {
    boolean plain = !location.isEmpty() && !location.startsWith("/");
    for (String part : location.split("/", -1)) {
      plain &= !part.isEmpty() && !part.equals("..") && part.chars().noneMatch(ExternalData::odd);
    }
    if (!plain) {
      throw new ModelRefused(
          "Expected weight \"%s\" in a file inside the model's folder, but it names \"%s\"; the model is refused."
              .formatted(weight, location));
    }
    return location.startsWith("./") ? location.substring(2) : location;
  }

  private static boolean odd(int character) {
    return character == '\\' || character == ':' || character < ' ';
  }

  private static long number(String weight, String text) {
    try {
      long value = Long.parseLong(text);
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException _) {
      // Said below, with the same words as a negative one.
    }
    throw new ModelRefused(
        "Expected a number of bytes for weight \"%s\", but it says \"%s\"."
            .formatted(weight, text));
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
