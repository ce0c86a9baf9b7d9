package org.mycoswarm.broker.discovery;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;

/// The networks of this machine that a service can be announced on.
final class Networks {
  private Networks() {}

  /// One IPv4 address for each interface that is up, takes multicast and leads out of the machine.
  static List<InetAddress> addresses() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .filter(Networks::isOutside)
        .flatMap(network -> network.inetAddresses().filter(Inet4Address.class::isInstance).limit(1))
        .toList();
  }

  private static boolean isOutside(NetworkInterface network) {
    try {
      return network.isUp() && network.supportsMulticast() && !network.isLoopback();
    } catch (SocketException e) {
      return false; // it went away while we looked
    }
  }
}
