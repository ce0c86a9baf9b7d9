package org.mycoswarm.node.discovery;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.node.discovery.Location.Here;
import org.mycoswarm.node.discovery.Location.Nowhere;

/// The ways of finding the broker that this node has, in the order in which they are tried. Any
/// thread, one at a time.
public final class BrokerSearch {
  private final List<BrokerLocator> ways;

  private BrokerSearch(List<BrokerLocator> ways) {
    this.ways = List.copyOf(ways);
  }

  /// An address that a person gave is the only way then. Otherwise the run file, and multicast when
  /// a join text says which broker is meant.
  ///
  /// @param runFile `run/broker.json` in the broker's home
  public static BrokerSearch of(@Nullable URI address, Path runFile, Credentials credentials) {
    IdentityCheck check = new IdentityCheck(credentials);
    if (address != null) {
      return new BrokerSearch(List.of(new FixedAddress(address, check)));
    }
    List<BrokerLocator> ways = new ArrayList<>(List.of(new RunFile(runFile, check)));
    if (credentials.broker() != null) {
      ways.add(new Multicast(credentials.broker(), check));
    }
    return new BrokerSearch(ways);
  }

  /// Tries each way once.
  ///
  /// @param within how long each may take
  public Location look(Duration within) throws InterruptedException {
    List<String> reasons = new ArrayList<>();
    for (BrokerLocator way : ways) {
      switch (way.locate(within)) {
        case Here here -> {
          return here;
        }
        case Nowhere nowhere -> reasons.add(nowhere.reason());
      }
    }
    return new Nowhere(String.join(". ", reasons));
  }
}
