package org.mycoswarm.broker.discovery;

import java.io.IOException;
import java.net.InetAddress;
import javax.jmdns.JmDNS;
import javax.jmdns.ServiceInfo;

/// One announcement on one network, by jmDNS.
final class JmdnsAnnouncement implements AutoCloseable {
  private final JmDNS jmdns;

  private JmdnsAnnouncement(JmDNS jmdns) {
    this.jmdns = jmdns;
  }

  /// Returns when the name was found to be free, after about a second.
  static JmdnsAnnouncement announce(Service service, InetAddress address) throws IOException {
    // An address without a name would make jmDNS ask a name server for one, and wait.
    InetAddress named = InetAddress.getByAddress(service.label(), address.getAddress());
    JmDNS jmdns = JmDNS.create(named, service.label());
    try {
      jmdns.registerService(
          ServiceInfo.create(Service.TYPE, service.name(), service.port(), 0, 0, service.text()));
      return new JmdnsAnnouncement(jmdns);
    } catch (IOException | RuntimeException e) {
      jmdns.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    jmdns.close();
  }
}
