package org.mycoswarm.broker.discovery;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Announces the broker on every network of this machine, so that nodes find it by themselves. What
/// is announced is an address to ask, and no proof of anything: nodes let the broker prove that it
/// knows the token.
///
/// Each network has a thread of its own: one that takes no multicast (a container bridge, a tunnel)
/// is named once in the log and stops nobody else.
public final class BrokerAdvertiser implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerAdvertiser.class);

  /// Saying goodbye takes jmDNS seconds; nodes get over a broker that goes without it.
  private static final Duration GOODBYE_MAX = Duration.ofSeconds(2);

  /// How a service is announced on one network, until the announcement is closed.
  @FunctionalInterface
  interface Network {
    AutoCloseable announce(Service service, InetAddress address) throws IOException;
  }

  private final Network network;
  private final Service service;
  private final List<AutoCloseable> announced = new ArrayList<>();
  private boolean closed;

  /// Begins to announce, and returns at once.
  ///
  /// @param broker the broker's id
  /// @param port where it listens, on every address of this machine
  /// @throws IOException when the machine's networks cannot be listed
  public static BrokerAdvertiser start(String broker, int port) throws IOException {
    Service service = new Service(Service.hostName(), broker, port);
    BrokerAdvertiser advertiser = new BrokerAdvertiser(service, JmdnsAnnouncement::announce);
    List<InetAddress> addresses = Networks.addresses();
    if (addresses.isEmpty()) {
      LOG.warn(
          "Expected a network to announce the broker on, but none is up that takes multicast; nodes need --broker URL");
    }
    advertiser.announce(addresses);
    return advertiser;
  }

  BrokerAdvertiser(Service service, Network network) {
    this.service = service;
    this.network = network;
  }

  void announce(List<InetAddress> addresses) {
    inParallel("mdns-announce", addresses, this::announce);
  }

  private void announce(InetAddress address) {
    try {
      AutoCloseable announcement = network.announce(service, address);
      if (!keep(announcement)) {
        end(announcement);
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "Expected to announce the broker on {}, but it failed ({}); nodes of that network need --broker URL",
          address.getHostAddress(),
          e.toString());
    }
  }

  private synchronized boolean keep(AutoCloseable announcement) {
    if (!closed) {
      announced.add(announcement);
    }
    return !closed;
  }

  private synchronized List<AutoCloseable> takeAll() {
    closed = true;
    List<AutoCloseable> all = List.copyOf(announced);
    announced.clear();
    return all;
  }

  /// Takes the announcements back. Twice is fine.
  @Override
  public void close() {
    CountDownLatch gone = inParallel("mdns-goodbye", takeAll(), BrokerAdvertiser::end);
    try {
      if (!gone.await(GOODBYE_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.debug("Not every network heard the broker's goodbye in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void end(AutoCloseable announcement) {
    try {
      announcement.close();
    } catch (Exception e) {
      LOG.debug("An announcement did not end in order", e);
    }
  }

  /// @return counted down to zero when all is done
  private static <T> CountDownLatch inParallel(String name, List<T> items, Consumer<T> work) {
    CountDownLatch left = new CountDownLatch(items.size());
    for (T item : items) {
      Thread.ofPlatform()
          .daemon()
          .name(name)
          .start(
              () -> {
                try {
                  work.accept(item);
                } finally {
                  left.countDown();
                }
              });
    }
    return left;
  }
}
