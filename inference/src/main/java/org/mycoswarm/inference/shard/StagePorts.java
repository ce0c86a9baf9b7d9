package org.mycoswarm.inference.shard;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a loaded stage reads and writes, by name: what it makes itself of tokens and position, what
/// it keeps between steps, and what crosses to and from other stages.
///
/// @param inputs everything it reads
/// @param controls of those, what follows from tokens and position
/// @param caches of those, the past keys and values, each with the output that is its next past
/// @param crossing of those, what comes from an earlier stage
/// @param leaving what it writes that is no cache
record StagePorts(
    Map<String, TensorInfo> inputs,
    List<String> controls,
    Map<String, String> caches,
    List<String> crossing,
    List<String> leaving) {
  static final String IDS = "input_ids";
  static final String MASK = "attention_mask";
  static final String POSITIONS = "position_ids";
  static final String TOKEN_TYPES = "token_type_ids";

  private static final Set<String> CONTROLS = Set.of(IDS, MASK, POSITIONS, TOKEN_TYPES);

  static StagePorts of(OrtSession session) throws OrtException {
    Map<String, TensorInfo> inputs = new LinkedHashMap<>();
    for (Map.Entry<String, NodeInfo> input : session.getInputInfo().entrySet()) {
      inputs.put(input.getKey(), (TensorInfo) input.getValue().getInfo());
    }
    Set<String> outputs = session.getOutputNames();
    Map<String, String> caches = new LinkedHashMap<>();
    List<String> controls = new ArrayList<>();
    List<String> crossing = new ArrayList<>();
    for (String input : inputs.keySet()) {
      String present = input.replaceFirst("^past(_key_values)?", "present");
      if (CONTROLS.contains(input)) {
        controls.add(input);
      } else if (!present.equals(input) && outputs.contains(present)) {
        caches.put(input, present);
      } else {
        crossing.add(input);
      }
    }
    List<String> leaving =
        outputs.stream().filter(output -> !caches.containsValue(output)).toList();
    return new StagePorts(inputs, controls, caches, crossing, leaving);
  }

  /// What the cache of a session grows by with each position.
  long cacheBytesPerToken() {
    return caches.keySet().stream().map(inputs::get).mapToLong(StagePorts::bytesPerToken).sum();
  }

  private static long bytesPerToken(TensorInfo cache) {
    long bytes = cache.type.size;
    for (long size : cache.getShape()) {
      bytes *= Math.max(size, 1);
    }
    return bytes;
  }
}
