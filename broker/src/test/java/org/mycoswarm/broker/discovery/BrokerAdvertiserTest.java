package org.mycoswarm.broker.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Nothing here touches a network: how announcements are heard is tested where nodes listen.
class BrokerAdvertiserTest {
  private static final Service SERVICE = new Service("pi", "k3j9x2m4n5p6", 6926);

  @Test
  void aNetworkThatTakesNoMulticastStopsNobodyElse() throws Exception {
    BlockingQueue<String> announced = new LinkedBlockingQueue<>();
    try (BrokerAdvertiser advertiser =
        new BrokerAdvertiser(
            SERVICE,
            (service, address) -> {
              if (address.getHostAddress().startsWith("172.")) {
                throw new IOException("No such device");
              }
              announced.add(address.getHostAddress());
              return () -> {};
            })) {

      advertiser.announce(addresses("172.17.0.1", "192.168.1.5"));

      assertThat(announced.poll(20, TimeUnit.SECONDS)).isEqualTo("192.168.1.5");
    }
  }

  @Test
  void closingTakesEveryAnnouncementBack() throws Exception {
    CountDownLatch announced = new CountDownLatch(2);
    BlockingQueue<String> ended = new LinkedBlockingQueue<>();
    BrokerAdvertiser advertiser =
        new BrokerAdvertiser(
            SERVICE,
            (service, address) -> {
              announced.countDown();
              return () -> ended.add(address.getHostAddress());
            });
    advertiser.announce(addresses("10.0.0.1", "192.168.1.5"));
    assertThat(announced.await(20, TimeUnit.SECONDS)).isTrue();

    advertiser.close();

    assertThat(List.of(take(ended), take(ended)))
        .containsExactlyInAnyOrder("10.0.0.1", "192.168.1.5");
  }

  @Test
  void whatIsAnnouncedTooLateIsTakenBackAtOnce() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    BlockingQueue<String> ended = new LinkedBlockingQueue<>();
    BrokerAdvertiser advertiser =
        new BrokerAdvertiser(
            SERVICE,
            (service, address) -> {
              asked.countDown();
              await(closed);
              return () -> ended.add(address.getHostAddress());
            });
    advertiser.announce(addresses("10.0.0.1"));
    assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();

    advertiser.close();
    closed.countDown();

    assertThat(take(ended)).isEqualTo("10.0.0.1");
  }

  @Test
  void theTextSaysNoMoreThanItMust() {
    assertThat(SERVICE.text()).containsOnly(entry("v", "1"), entry("id", "k3j9x2m4n5p6"));
    assertThat(SERVICE.name()).isEqualTo("pi k3j9x2");
    assertThat(new Service("x".repeat(80), "k3j9x2m4n5p6", 1).name()).hasSize(63);
  }

  @Test
  void theLoopbackIsNeverAnnouncedOn() throws Exception {
    assertThat(Networks.addresses()).noneMatch(InetAddress::isLoopbackAddress);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String take(BlockingQueue<String> queue) throws InterruptedException {
    String taken = queue.poll(20, TimeUnit.SECONDS);
    assertThat(taken).isNotNull();
    return taken;
  }

  private static List<InetAddress> addresses(String... literals) throws IOException {
    List<InetAddress> addresses = new ArrayList<>();
    for (String literal : literals) {
      addresses.add(InetAddress.getByName(literal));
    }
    return addresses;
  }
}
