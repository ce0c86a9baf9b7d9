package org.mycoswarm.node.discovery;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.jmdns.impl.DNSIncoming;
import javax.jmdns.impl.DNSOutgoing;
import javax.jmdns.impl.DNSQuestion;
import javax.jmdns.impl.DNSRecord;
import javax.jmdns.impl.constants.DNSConstants;
import javax.jmdns.impl.constants.DNSRecordClass;
import javax.jmdns.impl.constants.DNSRecordType;

/// The question "which mycoSwarm brokers are here?" and its answers, as multicast DNS writes them.
final class ServiceMessage {
  static final String TYPE = "_mycoswarm._tcp.local.";

  private ServiceMessage() {}

  static byte[] question() throws IOException {
    DNSOutgoing message = new DNSOutgoing(DNSConstants.FLAGS_QR_QUERY);
    message.addQuestion(
        DNSQuestion.newQuestion(TYPE, DNSRecordType.TYPE_PTR, DNSRecordClass.CLASS_IN, false));
    return message.data();
  }

  /// @return empty when the packet is about something else, or not in order
  static Optional<Sighting> read(DatagramPacket packet) {
    try {
      DNSIncoming message = new DNSIncoming(packet);
      return message.isResponse() ? sighting(message, packet.getAddress()) : Optional.empty();
    } catch (IOException | RuntimeException e) {
      // Anybody can send anything to this port; what is not in order is not for us.
      return Optional.empty();
    }
  }

  private static Optional<Sighting> sighting(DNSIncoming message, InetAddress sender) {
    Set<InetAddress> hosts = new LinkedHashSet<>(List.of(sender));
    Set<Integer> ports = new LinkedHashSet<>();
    String broker = null;
    for (DNSRecord record : message.getAllAnswers()) {
      switch (record) {
        case DNSRecord.Address address ->
            hosts.addAll(List.of(address.getServiceInfo(false).getInet4Addresses()));
        case DNSRecord.Service service when ours(service) -> ports.add(service.getPort());
        case DNSRecord.Text text when ours(text) ->
            broker = text.getServiceInfo(false).getPropertyString("id");
        default -> {
          // A pointer, or a record of another service.
        }
      }
    }
    return broker == null || ports.isEmpty()
        ? Optional.empty()
        : Optional.of(new Sighting(broker, addresses(hosts, ports)));
  }

  private static boolean ours(DNSRecord record) {
    return record.getKey().toLowerCase(Locale.ROOT).endsWith("." + TYPE);
  }

  private static List<URI> addresses(Set<InetAddress> hosts, Set<Integer> ports) {
    List<URI> addresses = new ArrayList<>();
    for (int port : ports) {
      hosts.forEach(
          host -> addresses.add(URI.create("http://" + host.getHostAddress() + ":" + port)));
    }
    return addresses;
  }
}
