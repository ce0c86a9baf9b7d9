package org.mycoswarm.node.discovery;

import java.time.Duration;

/// One way of finding the broker. Each looks once; whoever wants to keep looking calls again.
public sealed interface BrokerLocator permits FixedAddress, RunFile, Multicast {
  /// @param within how long it may take; the ways that do not have to wait for anybody are quicker
  Location locate(Duration within) throws InterruptedException;
}
