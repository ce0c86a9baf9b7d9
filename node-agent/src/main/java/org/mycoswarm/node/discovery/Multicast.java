package org.mycoswarm.node.discovery;

import java.io.IOException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.mycoswarm.node.discovery.Location.Here;
import org.mycoswarm.node.discovery.Location.Nowhere;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The broker is on one of the networks of this machine and answers to multicast DNS.
///
/// All interfaces are asked at once, and every address that anybody claims is trying at once: the
/// first that proves itself wins, so that a container bridge, a VPN or a liar costs nothing.
///
/// @param broker id; what is announced under another id is not even asked
record Multicast(String broker, IdentityCheck check) implements BrokerLocator {
  private static final Logger LOG = LoggerFactory.getLogger(Multicast.class);

  /// The question is repeated, because multicast over radio gets lost: after this time, and then
  /// each time after twice as long.
  private static final long ASK_AGAIN_MILLIS = 250;

  private static final long ASK_AGAIN_MILLIS_MAX = 4_000;

  /// More claims than a network of ours has; a flood of them must not drown us.
  private static final int ADDRESSES_MAX = 64;

  /// A broker that is too busy to answer in this time is asked again when it is heard of again.
  private static final Duration ADDRESS_TIME = Duration.ofSeconds(3);

  @Override
  public Location locate(Duration within) throws InterruptedException {
    try (Round round = new Round(this)) {
      List<NetworkInterface> interfaces = MulticastEar.interfaces();
      interfaces.forEach(network -> start("mdns-ask", () -> round.hear(network)));
      return round.await(within, interfaces);
    } catch (SocketException e) {
      return new Nowhere(
          "Expected to list this machine's network interfaces, but " + e.getMessage());
    }
  }

  private static void start(String name, Runnable work) {
    Thread.ofPlatform().daemon().name(name).start(work);
  }

  /// One search on all interfaces. Closing it ends all that it started.
  private static final class Round implements AutoCloseable {
    private final Multicast search;
    private final CompletableFuture<Here> found = new CompletableFuture<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Set<URI> trying = ConcurrentHashMap.newKeySet();
    private final Set<String> others = ConcurrentHashMap.newKeySet();
    private final Set<String> refusals = ConcurrentHashMap.newKeySet();

    Round(Multicast search) {
      this.search = search;
    }

    void hear(NetworkInterface network) {
      try (MulticastEar ear = new MulticastEar(network)) {
        start("mdns-hear", () -> ear.listen(this::heard));
        askUntilClosed(ear);
      } catch (IOException e) {
        // One of several interfaces, such as a tunnel that takes no multicast; the others go on.
        LOG.debug("Expected to ask on {}, but {}", network.getName(), e.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void askUntilClosed(MulticastEar ear) throws IOException, InterruptedException {
      long pause = ASK_AGAIN_MILLIS;
      ear.ask();
      while (!closed.await(pause, TimeUnit.MILLISECONDS)) {
        ear.ask();
        pause = Math.min(2 * pause, ASK_AGAIN_MILLIS_MAX);
      }
    }

    private void heard(Sighting sighting) {
      if (!sighting.broker().equals(search.broker())) {
        others.add(sighting.broker());
        return;
      }
      for (URI address : sighting.addresses()) {
        if (trying.size() < ADDRESSES_MAX && trying.add(address)) {
          start("mdns-try", () -> attempt(address));
        }
      }
    }

    private void attempt(URI address) {
      switch (search.check().ask(address, "multicast", ADDRESS_TIME)) {
        case Here here -> found.complete(here);
        case Nowhere nowhere -> refusals.add(nowhere.reason());
      }
      trying.remove(address);
    }

    Location await(Duration within, List<NetworkInterface> interfaces) throws InterruptedException {
      try {
        return found.get(within.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        return new Nowhere(reason(within, interfaces));
      } catch (ExecutionException e) {
        throw new IllegalStateException("Nothing completes this with an error", e);
      }
    }

    private String reason(Duration within, List<NetworkInterface> interfaces) {
      if (interfaces.isEmpty()) {
        return "Expected a network to ask for the broker, but no interface of this machine is up and"
            + " takes multicast; give its address with --broker";
      }
      List<String> names = interfaces.stream().map(NetworkInterface::getName).toList();
      Optional<String> refused = refusals.stream().sorted().findFirst();
      if (refused.isPresent()) {
        return refused.get();
      }
      String heard =
          others.isEmpty() ? "nobody answered" : "only other brokers answered: " + others;
      return "Expected the broker '%s' to answer on %s within %d ms, but %s; give its address with --broker where multicast does not pass"
          .formatted(search.broker(), names, within.toMillis(), heard);
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }
}
