/// The peers: other queues, each started by hand and called in its own protocol.
@NullMarked
package org.mycoswarm.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
