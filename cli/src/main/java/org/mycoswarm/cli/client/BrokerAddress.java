package org.mycoswarm.cli.client;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/// Where a broker should be, and the token to show it once it has proved that it knows it.
///
/// @param url such as `http://127.0.0.1:6926`, without a path
public record BrokerAddress(URI url, @Nullable String token) {
  /// Whether it can only be reached from this machine, so that it sees the same folders.
  public boolean isThisMachine() {
    String host = url.getHost();
    return host != null
        && (host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]"));
  }

  @Override
  public String toString() {
    return url.toString(); // never the token
  }
}
