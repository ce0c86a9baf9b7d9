package org.mycoswarm.broker.pipelines;

import java.time.Instant;
import org.mycoswarm.queue.domain.NodeId;

/// A node that can be a stage.
///
/// @param name for people
/// @param freeMiB of memory that no lease takes
/// @param rate bytes of weights that it goes through in a second
/// @param seen when it was heard of last
/// @param willing whether it is there, and neither paused nor drained
record Offer(NodeId node, String name, long freeMiB, double rate, Instant seen, boolean willing) {
  Offer without(long mebibytes) {
    return new Offer(node, name, freeMiB - mebibytes, rate, seen, willing);
  }

  Offer unwilling() {
    return new Offer(node, name, freeMiB, rate, seen, false);
  }

  long freeBytes() {
    return freeMiB << 20;
  }
}
