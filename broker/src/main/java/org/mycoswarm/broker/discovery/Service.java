package org.mycoswarm.broker.discovery;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Map;

/// What is announced. The text is kept minimal: everybody in the network reads it, and some readers
/// choke on long ones.
///
/// @param host name of the machine, as people know it
/// @param broker the broker's id
record Service(String host, String broker, int port) {
  static final String TYPE = "_mycoswarm._tcp.local.";

  private static final int LABEL_BYTES_MAX = 63;
  private static final int ID_SHOWN = 6;

  /// What people see in a browser of services: the machine, and enough of the id to tell two
  /// brokers on it apart.
  String name() {
    String end = " " + broker.substring(0, Math.min(ID_SHOWN, broker.length()));
    return host.substring(0, Math.min(host.length(), LABEL_BYTES_MAX - end.length())) + end;
  }

  /// A host name of our own, because the machine's name usually has an owner already: the system's
  /// own responder.
  String label() {
    return "mycoswarm-" + broker.toLowerCase(Locale.ROOT);
  }

  Map<String, String> text() {
    return Map.of("v", "1", "id", broker);
  }

  /// The machine's name, as far as it is plain ASCII, without its domain.
  static String hostName() {
    try {
      String name = InetAddress.getLocalHost().getHostName();
      String plain = name.replaceFirst("\\..*", "").replaceAll("[^A-Za-z0-9-]", "");
      return plain.isEmpty() ? "mycoswarm" : plain;
    } catch (UnknownHostException e) {
      return "mycoswarm"; // a machine without a name of its own
    }
  }
}
