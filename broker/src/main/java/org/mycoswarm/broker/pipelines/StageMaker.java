package org.mycoswarm.broker.pipelines;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.mycoswarm.broker.models.ModelRecord;
import org.mycoswarm.broker.models.Models;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.ModelFile;
import org.mycoswarm.schema.wire.StageManifest;
import org.mycoswarm.sharding.graph.Cut;
import org.mycoswarm.sharding.graph.GraphCutter;
import org.mycoswarm.sharding.graph.StageGraph;

/// Makes of a plan what its nodes need: for each stage a small graph and a manifest, as blobs. No
/// weight is copied. Thread-safe.
final class StageMaker {
  /// Files that make text of tokens and tokens of text.
  private static final List<String> TEXT_FILES =
      List.of("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json");

  private final Models models;
  private final BlobStore blobs;
  private final String wire;

  /// @param wire [StageManifest#EXACT] or [StageManifest#HALF]
  StageMaker(Models models, BlobStore blobs, String wire) {
    this.models = models;
    this.blobs = blobs;
    this.wire = wire;
  }

  /// @param at the cuts between the stages
  /// @param nodes one for each stage
  List<StagePlan> make(
      ModelRecord model, GraphCutter cutter, List<Cut> at, List<NodeId> nodes, StageRoom room) {
    List<StageGraph> graphs = cutter.split(at);
    List<StagePlan> plans = new ArrayList<>();
    try {
      for (int k = 0; k < graphs.size(); k++) {
        plans.add(plan(model, graphs.get(k), k, graphs.size(), nodes.get(k), room));
      }
      return plans;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private StagePlan plan(
      ModelRecord model, StageGraph graph, int number, int stages, NodeId node, StageRoom room)
      throws IOException {
    boolean first = number == 0;
    boolean last = number == stages - 1;
    long cache = room.cacheBytes(graph.kvBytesPerToken());
    BlobHash stored = store(graph.graph());
    StageManifest manifest =
        new StageManifest(
            model.digest(),
            model.name(),
            stored.hex(),
            List.copyOf(models.weights(model, graph.weights()).values()),
            graph.inputs(),
            graph.outputs(),
            files(model, first, last),
            first,
            last,
            model.isEncoder(),
            cache,
            room.contextTokens(),
            wire,
            model.eos(),
            model.chat());
    BlobHash blob = store(Json.LENIENT.writeValueAsBytes(manifest));
    return new StagePlan(
        manifest, blob, graph.weightBytes() + cache + StageRoom.WORKING_BYTES, node);
  }

  private static Map<String, String> files(ModelRecord model, boolean first, boolean last) {
    if (model.isEncoder()) {
      return first ? jsonFiles(model) : Map.of();
    }
    return first || last ? textFiles(model) : Map.of();
  }

  /// All that says how an encoder's texts become tokens, and the rows of these a vector.
  private static Map<String, String> jsonFiles(ModelRecord model) {
    return model.files().stream()
        .filter(file -> file.path().endsWith(".json"))
        .collect(Collectors.toMap(ModelFile::path, ModelFile::blob));
  }

  private static Map<String, String> textFiles(ModelRecord model) {
    Map<String, String> files = new HashMap<>();
    for (String name : TEXT_FILES) {
      String blob = model.blob(name);
      if (blob != null) {
        files.put(name, blob);
      }
    }
    return files;
  }

  private BlobHash store(byte[] bytes) throws IOException {
    return blobs.put(new ByteArrayInputStream(bytes), bytes.length).hash();
  }
}
