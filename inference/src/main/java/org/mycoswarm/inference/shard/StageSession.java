package org.mycoswarm.inference.shard;

import ai.onnxruntime.OnnxTensor;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.sharding.frame.Tensor;

/// What a stage keeps of one session: its cache, and the last step with its answer, so that a step
/// whose answer was lost can be asked for again. Guarded by its runner.
final class StageSession implements AutoCloseable {
  private final int tokensMax;
  private final long bytesReserved;
  private Instant touched;

  /// By the name of the graph's input; empty before the first step.
  private Map<String, OnnxTensor> cache = Map.of();

  private long position;
  private long lastPosition = -1;
  private long[] lastIds = {};
  private @Nullable List<Tensor> lastAnswer;

  StageSession(int tokensMax, long bytesReserved, Instant now) {
    this.tokensMax = tokensMax;
    this.bytesReserved = bytesReserved;
    this.touched = now;
  }

  /// Somebody asked for it.
  void touch(Instant now) {
    touched = now;
  }

  boolean isUntouchedSince(Instant then) {
    return touched.isBefore(then);
  }

  int tokensMax() {
    return tokensMax;
  }

  long bytesReserved() {
    return bytesReserved;
  }

  /// The next one to be computed.
  long position() {
    return position;
  }

  Map<String, OnnxTensor> cache() {
    return cache;
  }

  /// What was answered if this is the last step again.
  @Nullable List<Tensor> answered(long at, long[] ids) {
    return at == lastPosition && Arrays.equals(ids, lastIds) ? lastAnswer : null;
  }

  void advance(long[] ids, Map<String, OnnxTensor> grown, List<Tensor> answer) {
    cache.values().forEach(OnnxTensor::close);
    cache = grown;
    lastPosition = position;
    lastIds = ids.clone();
    lastAnswer = answer;
    position += ids.length;
  }

  @Override
  public void close() {
    cache.values().forEach(OnnxTensor::close);
    cache = Map.of();
  }
}
