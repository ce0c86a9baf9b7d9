package org.mycoswarm.broker.server;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jetty.util.HostPort;

/// The names under which this broker may be called. A foreign name that leads here is how DNS
/// rebinding works; an address cannot be rebound, so with `lan` any address passes, also one that a
/// router or container translates.
final class HostNames {
  private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]");
  private static final Pattern ADDRESS =
      Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+]");

  private final boolean lan;
  private final Set<String> others;

  HostNames(boolean lan, Set<String> others) {
    this.lan = lan;
    this.others =
        others.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
  }

  /// @param authority value of a `Host` header, with or without a port
  boolean isOurs(String authority) {
    String host = host(authority);
    return LOOPBACK.matcher(host).matches()
        || (lan
            && (ADDRESS.matcher(host).matches()
                || host.endsWith(".local")
                || others.contains(host)));
  }

  private static String host(String authority) {
    try {
      return new HostPort(authority).getHost().toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      return ""; // not a host at all, so not ours
    }
  }
}
