package org.mycoswarm.broker.pipelines;

import org.mycoswarm.queue.domain.NodeId;

/// A node that can be a stage.
///
/// @param name for people
/// @param freeMiB of memory that no lease takes
/// @param rate bytes of weights that it goes through in a second
/// @param willing whether it is there, and neither paused nor drained
record Offer(NodeId node, String name, long freeMiB, double rate, boolean willing) {
  long freeBytes() {
    return freeMiB << 20;
  }
}
