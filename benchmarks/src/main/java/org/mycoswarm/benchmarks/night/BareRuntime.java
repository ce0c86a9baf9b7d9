package org.mycoswarm.benchmarks.night;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.inference.Model;
import org.mycoswarm.inference.OnnxRuntime;
import org.mycoswarm.inference.Tokenizer;

/// ONNX Runtime alone, in the form that is fastest on a processor: a session a thread, a text a
/// run, unpadded. What it computes is thrown away.
final class BareRuntime implements AutoCloseable {
  private final OnnxRuntime runtime;
  private final Tokenizer tokenizer;
  private final List<OrtSession> sessions = new ArrayList<>();

  private BareRuntime(OnnxRuntime runtime, Tokenizer tokenizer) {
    this.runtime = runtime;
    this.tokenizer = tokenizer;
  }

  static BareRuntime open(Model model, int threads) throws IOException {
    BareRuntime bare = new BareRuntime(OnnxRuntime.start(), Tokenizer.load(model.tokenizer()));
    try (OrtSession.SessionOptions options = bare.runtime.options(1)) {
      for (int i = 0; i < threads; i++) {
        bare.sessions.add(
            bare.runtime.environment().createSession(model.weights().toString(), options));
      }
      return bare;
    } catch (OrtException e) {
      throw new IOException("Expected ONNX Runtime to load the model", e);
    }
  }

  List<long[]> ids(List<String> texts) {
    return texts.stream().map(tokenizer::ids).toList();
  }

  /// Seconds until all of them are embedded.
  double seconds(List<long[]> texts) throws IOException, InterruptedException {
    AtomicInteger next = new AtomicInteger();
    long start = System.nanoTime();
    try (ExecutorService threads = Executors.newFixedThreadPool(sessions.size())) {
      List<Future<?>> running = new ArrayList<>();
      for (OrtSession session : sessions) {
        running.add(threads.submit(() -> embed(session, texts, next)));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("Expected ONNX Runtime to embed the chunks", e);
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private @Nullable Void embed(OrtSession session, List<long[]> texts, AtomicInteger next)
      throws OrtException {
    for (int i = next.getAndIncrement(); i < texts.size(); i = next.getAndIncrement()) {
      long[] ids = texts.get(i);
      long[] mask = new long[ids.length];
      Arrays.fill(mask, 1);
      Map<String, OnnxTensor> inputs = new HashMap<>();
      try {
        inputs.put("input_ids", tensor(ids));
        inputs.put("attention_mask", tensor(mask));
        inputs.put("token_type_ids", tensor(new long[ids.length]));
        session.run(inputs).close();
      } finally {
        inputs.values().forEach(OnnxTensor::close);
      }
    }
    return null;
  }

  private OnnxTensor tensor(long[] row) throws OrtException {
    return OnnxTensor.createTensor(
        runtime.environment(), LongBuffer.wrap(row), new long[] {1, row.length});
  }

  @Override
  public void close() throws IOException {
    try {
      for (OrtSession session : sessions) {
        session.close();
      }
    } catch (OrtException e) {
      throw new IOException("Expected to close the sessions", e);
    }
    tokenizer.close();
    runtime.close();
  }
}
