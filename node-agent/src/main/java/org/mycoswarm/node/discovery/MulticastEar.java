package org.mycoswarm.node.discovery;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.function.Consumer;
import javax.jmdns.impl.constants.DNSConstants;

/// Asks on one network interface and listens there.
///
/// A `JmDNS` object would do it too, but not within the time we promise: it asks 225 ms after it
/// was told to, resolves its own host name first, announces this machine to the network, and takes
/// seconds to close. So the socket is ours, and the messages are jmDNS's.
final class MulticastEar implements AutoCloseable {
  private final MulticastSocket socket;
  private final InetSocketAddress group;

  /// Bound to the port of multicast DNS, where firewalls let answers through; others may share it.
  MulticastEar(NetworkInterface network) throws IOException {
    this.group =
        new InetSocketAddress(
            InetAddress.getByName(DNSConstants.MDNS_GROUP), DNSConstants.MDNS_PORT);
    this.socket = new MulticastSocket(DNSConstants.MDNS_PORT);
    try {
      socket.setNetworkInterface(network);
      socket.joinGroup(group, network);
      socket.setTimeToLive(255);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /// The interfaces on which somebody could answer: up, able to multicast, not loopback, with an
  /// IPv4 address.
  static List<NetworkInterface> interfaces() throws SocketException {
    return NetworkInterface.networkInterfaces().filter(MulticastEar::usable).toList();
  }

  private static boolean usable(NetworkInterface network) {
    try {
      return network.isUp()
          && network.supportsMulticast()
          && !network.isLoopback()
          && network.inetAddresses().anyMatch(Inet4Address.class::isInstance);
    } catch (SocketException e) {
      // It went away while we looked.
      return false;
    }
  }

  void ask() throws IOException {
    byte[] question = ServiceMessage.question();
    socket.send(new DatagramPacket(question, question.length, group));
  }

  /// Hands on what is heard, until the ear is closed.
  void listen(Consumer<Sighting> heard) {
    byte[] buffer = new byte[DNSConstants.MAX_MSG_ABSOLUTE];
    while (!socket.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        ServiceMessage.read(packet).ifPresent(heard);
      } catch (IOException e) {
        // Closed, or the interface went away: this ear hears nothing more.
        return;
      }
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
