package org.mycoswarm.broker.pipelines;

import java.util.List;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.schema.wire.StageManifest;

/// One stage, before anybody holds it.
///
/// @param manifest what its node needs, and `blob` where it lies
/// @param bytes of memory that it takes: weights, caches and what computing needs
/// @param node who was chosen for it
record StagePlan(StageManifest manifest, BlobHash blob, long bytes, NodeId node) {
  /// What must be kept as long as somebody holds the stage; the model's own files are kept by it.
  List<BlobHash> blobs() {
    return List.of(blob, new BlobHash(manifest.graph()));
  }

  long mebibytes() {
    return Math.max(1, (bytes + (1 << 20) - 1) >> 20);
  }
}
