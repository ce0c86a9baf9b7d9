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
final class OnnxEmbedder extends EncoderEmbedder {
  private final OrtEnvironment environment;
  private final OrtSession session;
  private boolean closed;

  OnnxEmbedder(Model model, Tokenizer tokenizer, OrtEnvironment environment, OrtSession session) {
    super(model, tokenizer);
    this.environment = environment;
    this.session = session;
  }

  @Override
  protected FloatBuffer tokenVectors(long[] ids) {
    try {
      return computed(ids);
    } catch (OrtException e) {
      if (String.valueOf(e.getMessage()).contains("out of data bounds")) {
        throw new IllegalArgumentException(
            "Expected tokens of the model '%s', but one of them is none of its own"
                .formatted(model().name()),
            e);
      }
      throw new ModelFailure(
          "Expected a vector from the model '%s', but ONNX Runtime failed: %s"
              .formatted(model().name(), e.getMessage()),
          e);
    }
  }

  private FloatBuffer computed(long[] ids) throws OrtException {
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

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    super.close();
    try {
      session.close();
    } catch (OrtException e) {
      throw new ModelFailure(
          "Expected to close the session of '%s', but: %s"
              .formatted(model().name(), e.getMessage()),
          e);
    }
  }
}
