/// Models that people registered: what they consist of, where they can be cut, and how the swarm,
/// as it is now, would run them.
@NullMarked
package org.mycoswarm.broker.models;

import org.jspecify.annotations.NullMarked;
