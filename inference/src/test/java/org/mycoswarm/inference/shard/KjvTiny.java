package org.mycoswarm.inference.shard;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.mycoswarm.sharding.graph.LlamaShape;
import org.mycoswarm.sharding.graph.LlamaWeights;
import org.mycoswarm.sharding.graph.LlamaWriter;

/// The small trained decoder of the tests, as a folder like those that people download.
///
/// `java ... KjvTiny FOLDER` writes it there.
public final class KjvTiny {
  /// Everything but the size of the context, which rotary tables may have as they like.
  public static final LlamaShape SHAPE =
      new LlamaShape(1_024, 128, 4, 8, 4, 352, 512, 1e-5f, 10_000f);

  private static final List<String> FILES =
      List.of("config.json", "generation_config.json", "tokenizer_config.json", "tokenizer.json");

  private KjvTiny() {}

  public static void main(String[] args) {
    write(Path.of(args[0]), LlamaWriter.Layout.PLAIN);
  }

  /// Writes `model.onnx` and what belongs to it.
  public static void write(Path folder, LlamaWriter.Layout layout) {
    try {
      Files.createDirectories(folder);
      for (String file : FILES) {
        Files.write(folder.resolve(file), resource(file));
      }
      new LlamaWriter(SHAPE, layout, weights()).write(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What the reference computed: tokens of a text, and the scores after each.
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  public record Oracle(long[] ids, float[][] scores) {}

  public static Oracle oracle() {
    ByteBuffer file = ByteBuffer.wrap(resource("oracle.bin")).order(ByteOrder.LITTLE_ENDIAN);
    long[] ids = new long[file.getInt()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = file.getLong();
    }
    float[][] scores = new float[ids.length][SHAPE.vocabulary()];
    FloatBuffer floats = file.asFloatBuffer();
    for (float[] row : scores) {
      floats.get(row);
    }
    return new Oracle(ids, scores);
  }

  private static LlamaWeights weights() {
    ByteBuffer all = ByteBuffer.wrap(resource("weights.bin"));
    Map<String, FloatBuffer> byName = new HashMap<>();
    for (String line :
        new String(resource("weights.idx"), StandardCharsets.UTF_8).lines().toList()) {
      String[] field = line.split(" ", 3);
      byName.put(
          field[0],
          all.slice(Integer.parseInt(field[1]), Integer.parseInt(field[2]))
              .order(ByteOrder.LITTLE_ENDIAN)
              .asFloatBuffer());
    }
    return (name, rows, row, into) ->
        Objects.requireNonNull(byName.get(name), name).get(row * into.length, into);
  }

  private static byte[] resource(String name) {
    try (InputStream in = KjvTiny.class.getResourceAsStream("/kjv-tiny/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
