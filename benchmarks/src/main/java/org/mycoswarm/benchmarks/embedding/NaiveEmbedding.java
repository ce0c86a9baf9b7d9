package org.mycoswarm.benchmarks.embedding;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mycoswarm.inference.Model;
import org.mycoswarm.inference.OnnxRuntime;

/// ONNX Runtime as one calls it at first: batches of 32 texts, all padded to the same length, on
/// one session of some threads. What it computes is thrown away.
public final class NaiveEmbedding implements AutoCloseable {
  private static final int BATCH = 32;

  private final OnnxRuntime runtime;
  private final OrtSession session;

  private NaiveEmbedding(OnnxRuntime runtime, OrtSession session) {
    this.runtime = runtime;
    this.session = session;
  }

  public static NaiveEmbedding open(Model model, int threads) throws IOException {
    OnnxRuntime runtime = OnnxRuntime.start();
    try (OrtSession.SessionOptions options = runtime.options(threads)) {
      return new NaiveEmbedding(
          runtime, runtime.environment().createSession(model.weights().toString(), options));
    } catch (OrtException e) {
      throw new IOException("Expected ONNX Runtime to load the model", e);
    }
  }

  /// @param texts as tokens, a multiple of 32
  /// @param length to which each is padded
  public double textsPerSecond(List<long[]> texts, int length) throws IOException {
    long start = System.nanoTime();
    for (int from = 0; from < texts.size(); from += BATCH) {
      run(texts.subList(from, from + BATCH), length);
    }
    return texts.size() * 1e9 / (System.nanoTime() - start);
  }

  private void run(List<long[]> batch, int length) throws IOException {
    long[] ids = new long[BATCH * length];
    long[] mask = new long[BATCH * length];
    for (int row = 0; row < BATCH; row++) {
      long[] text = batch.get(row);
      System.arraycopy(text, 0, ids, row * length, text.length);
      Arrays.fill(mask, row * length, row * length + text.length, 1);
    }
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      inputs.put("input_ids", tensor(ids, length));
      inputs.put("attention_mask", tensor(mask, length));
      inputs.put("token_type_ids", tensor(new long[BATCH * length], length));
      session.run(inputs).close();
    } catch (OrtException e) {
      throw new IOException("Expected ONNX Runtime to embed a batch", e);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private OnnxTensor tensor(long[] rows, int length) throws OrtException {
    OrtEnvironment environment = runtime.environment();
    return OnnxTensor.createTensor(environment, LongBuffer.wrap(rows), new long[] {BATCH, length});
  }

  @Override
  public void close() throws IOException {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IOException("Expected to close the session", e);
    }
    runtime.close();
  }
}
