package org.mycoswarm.broker.server;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How the HTTP interface is reached.
///
/// @param lan false: only this machine reaches it (127.0.0.1), and no token is needed. True: every
///     network interface, and every call needs the token
/// @param port to listen on; 0 takes a free one
/// @param token needed with `lan`, and only then
/// @param hostNames names, besides addresses, `localhost` and `*.local`, under which people reach
///     this machine; with `lan` only
/// @param connectionsMax open connections; more wait until one closes
/// @param idleTime after which a connection without any traffic is closed
/// @param firstRequestTime within which a new connection must have sent its first request's headers
/// @param stopTime how long requests may go on when the broker stops
public record DoorSettings(
    boolean lan,
    int port,
    @Nullable String token,
    Set<String> hostNames,
    int connectionsMax,
    Duration idleTime,
    Duration firstRequestTime,
    Duration stopTime) {
  public DoorSettings {
    hostNames = Set.copyOf(hostNames);
    if (lan && (token == null || token.length() < 16)) {
      throw new IllegalArgumentException(
          "Expected a token of 16 characters or more for a broker that the network reaches, but there is "
              + (token == null ? "none" : "a shorter one"));
    }
  }

  /// Only this machine, no token.
  public static DoorSettings loopback(int port) {
    return of(false, port, null, Set.of());
  }

  /// The whole network, with a token.
  public static DoorSettings lan(int port, String token, Set<String> hostNames) {
    return of(true, port, token, hostNames);
  }

  private static DoorSettings of(
      boolean lan, int port, @Nullable String token, Set<String> hostNames) {
    return new DoorSettings(
        lan,
        port,
        token,
        hostNames,
        2_000,
        Duration.ofSeconds(60),
        Duration.ofSeconds(10),
        Duration.ofSeconds(5));
  }

  String bindAddress() {
    return lan ? "0.0.0.0" : "127.0.0.1";
  }
}
