package org.mycoswarm.node.discovery;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.jmdns.JmDNS;
import javax.jmdns.ServiceInfo;
import javax.jmdns.impl.ServiceInfoImpl;
import org.mycoswarm.node.ScriptedBroker;
import org.mycoswarm.node.client.Token;

/// A process that serves as a broker and announces itself by jmDNS on every interface, until its
/// input ends. Prints `ready`, and at the end every token that anybody sent it.
public final class AnnouncedBroker {
  private AnnouncedBroker() {}

  /// @param args the broker's id, and its token (`-` for a liar that knows none)
  public static void main(String[] args) throws Exception {
    boolean liar = args[1].equals("-");
    Token token = new Token(liar ? "made-up" : args[1]);
    InetAddress any = InetAddress.getByAddress(new byte[4]);
    try (ScriptedBroker broker = new ScriptedBroker(args[0], token, any, 0)) {
      if (liar) {
        broker.lie();
      }
      List<JmDNS> announced = announce(broker, args[0], liar ? "liar" : "broker");
      System.out.println("ready");
      while (System.in.read() >= 0) {
        // The test closes our input when it is done with us.
      }
      System.out.println("tokens " + broker.tokensSeen);
      System.out.println("asked " + broker.calls.size());
      // Closing them takes seconds; the network they were on goes away with the test.
      Runtime.getRuntime().halt(announced.isEmpty() ? 1 : 0);
    }
  }

  private static List<JmDNS> announce(ScriptedBroker broker, String id, String name)
      throws IOException {
    List<JmDNS> announced = new ArrayList<>();
    for (NetworkInterface network : MulticastEar.interfaces()) {
      InetAddress found =
          network.inetAddresses().filter(Inet4Address.class::isInstance).findFirst().orElseThrow();
      // Named, so that nobody asks a name server for it.
      InetAddress address = InetAddress.getByAddress(name, found.getAddress());
      JmDNS jmdns = JmDNS.create(address, name);
      ServiceInfo service =
          ServiceInfo.create(
              ServiceMessage.TYPE, name, broker.port(), 0, 0, Map.of("v", "1", "id", id));
      jmdns.registerService(service);
      if (!((ServiceInfoImpl) service).waitForAnnounced(10_000)) {
        throw new IOException("Expected to be announced on %s within 10 s".formatted(network));
      }
      announced.add(jmdns);
    }
    return announced;
  }
}
