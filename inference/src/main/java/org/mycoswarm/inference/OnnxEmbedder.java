package org.mycoswarm.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// Embeds with a BERT-like encoder on ONNX Runtime.
///
/// One text a run, unpadded, on one thread: on a CPU that costs no more than a batch, and a vector
/// then depends on no batch-mate (int8 weights are scaled by what else is in the batch: cosine
/// 0.985). More speed comes from more embedders, one a worker.
final class OnnxEmbedder implements Embedder {
  private final Model model;
  private final Tokenizer tokenizer;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private boolean closed;

  OnnxEmbedder(Model model, Tokenizer tokenizer, OrtEnvironment environment, OrtSession session) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.environment = environment;
    this.session = session;
  }

  @Override
  public float[] embed(String text) {
    return embedIds(ids(text));
  }

  @Override
  public float[] embedIds(long[] ids) {
    if (ids.length > model.tokensMax()) {
      throw new IllegalArgumentException(
          "Expected at most %d tokens, as the model '%s' takes, but the text has %d; cut it into chunks first"
              .formatted(model.tokensMax(), model.name(), ids.length));
    }
    try {
      float[] vector = sound(pool(tokenVectors(ids), ids.length));
      return model.normalize() ? Vectors.normalized(vector) : vector;
    } catch (OrtException e) {
      if (String.valueOf(e.getMessage()).contains("out of data bounds")) {
        throw new IllegalArgumentException(
            "Expected tokens of the model '%s', but one of them is none of its own"
                .formatted(model.name()),
            e);
      }
      throw new ModelFailure(
          "Expected a vector from the model '%s', but ONNX Runtime failed: %s"
              .formatted(model.name(), e.getMessage()),
          e);
    }
  }

  @Override
  public long[] ids(String text) {
    return tokenizer.ids(text);
  }

  @Override
  public long[] framed(long[] ids) {
    return tokenizer.framed(ids);
  }

  @Override
  public int tokens(String text) {
    return tokenizer.count(text);
  }

  @Override
  public Model model() {
    return model;
  }

  /// One row of `dimension` numbers for each token.
  private FloatBuffer tokenVectors(long[] ids) throws OrtException {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      inputs.put("input_ids", tensor(ids));
      inputs.put("attention_mask", tensor(filled(ids.length, 1)));
      inputs.put("token_type_ids", tensor(filled(ids.length, 0)));
      inputs.entrySet().removeIf(input -> unknown(input, session.getInputNames()));
      try (OrtSession.Result result = session.run(inputs)) {
        return ((OnnxTensor) result.get(0)).getFloatBuffer();
      }
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  /// Some encoders have no token types.
  private static boolean unknown(Map.Entry<String, OnnxTensor> input, Set<String> known) {
    if (known.contains(input.getKey())) {
      return false;
    }
    input.getValue().close();
    return true;
  }

  private OnnxTensor tensor(long[] row) throws OrtException {
    return OnnxTensor.createTensor(environment, LongBuffer.wrap(row), new long[] {1, row.length});
  }

  private static long[] filled(int length, long value) {
    long[] row = new long[length];
    Arrays.fill(row, value);
    return row;
  }

  private float[] pool(FloatBuffer rows, int tokens) {
    return switch (model.pooling()) {
      case MEAN -> Vectors.mean(rows, tokens, model.dimension());
      case CLS -> Vectors.mean(rows, 1, model.dimension());
    };
  }

  /// What is no number would be close to nothing, and nobody would know why.
  private float[] sound(float[] vector) {
    for (float value : vector) {
      if (!Float.isFinite(value)) {
        throw new ModelFailure(
            "Expected numbers in the vector of the model '%s', but it computed %s; its weights are broken: replace them"
                .formatted(model.name(), value),
            null);
      }
    }
    return vector;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    tokenizer.close();
    try {
      session.close();
    } catch (OrtException e) {
      throw new ModelFailure(
          "Expected to close the session of '%s', but: %s".formatted(model.name(), e.getMessage()),
          e);
    }
  }
}
