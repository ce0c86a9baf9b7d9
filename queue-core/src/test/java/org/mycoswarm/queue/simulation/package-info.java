/// A broker, its nodes, its clients, the network and the disk in one thread with virtual time: the
/// real queue, and everything that can go wrong around it, one seed at a time.
@NullMarked
package org.mycoswarm.queue.simulation;

import org.jspecify.annotations.NullMarked;
