package org.mycoswarm.broker.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.ws.rs.GET;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.glassfish.jersey.server.ResourceConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.broker.api.BrokerUnderTest;

class FrontDoorTest {
  @TempDir private Path folder;

  @Test
  void aClientThatDripsItsHeadersIsShutOut() throws Exception {
    DoorSettings hasty =
        new DoorSettings(
            false,
            0,
            null,
            Set.of(),
            100,
            Duration.ofSeconds(60),
            Duration.ofMillis(300),
            Duration.ofSeconds(1));
    try (BrokerUnderTest broker = new BrokerUnderTest(folder, hasty);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
      socket.setSoTimeout(100);
      OutputStream out = socket.getOutputStream();
      out.write("GET /api/v1 HTTP/1.1\r\nX-Slow: ".getBytes(UTF_8));

      assertThat(drippedUntilClosed(socket)).isTrue();
      assertThat(broker.get("/healthz").body()).isEqualTo("ok");
    }
  }

  @Test
  void aConnectionThatHasAskedOnceStays() throws Exception {
    DoorSettings hasty =
        new DoorSettings(
            false,
            0,
            null,
            Set.of(),
            100,
            Duration.ofSeconds(1),
            Duration.ofMillis(200),
            Duration.ofSeconds(1));
    try (BrokerUnderTest broker = new BrokerUnderTest(folder, hasty)) {
      broker.get("/healthz");

      // Waits longer than both times, and neither cuts a request that is being answered.
      String registered = "{\"node\":\"n\",\"name\":\"n\",\"capabilities\":[],\"detail\":{}}";
      broker.post("/api/v1/nodes", registered);
      assertThat(
              broker
                  .post("/api/v1/nodes/n/work", "{\"results\":[],\"want\":1,\"waitSeconds\":3}")
                  .statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void onLoopbackNobodyElseReachesTheBroker() throws Exception {
    try (BrokerUnderTest broker = BrokerUnderTest.onLoopback(folder)) {
      for (InetAddress other : addressesOfThisMachine()) {
        assertThatThrownBy(() -> new Socket(other, broker.port()).close())
            .as(other.toString())
            .isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void aPortThatIsTakenIsNamed() {
    try (BrokerUnderTest broker = BrokerUnderTest.onLoopback(folder.resolve("one"))) {
      DoorSettings same = DoorSettings.loopback(broker.port());

      assertThatThrownBy(() -> FrontDoor.open(same, new ResourceConfig()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Expected to listen on 127.0.0.1 port " + broker.port())
          .hasMessageContaining("Choose another port");
    }
  }

  @Test
  void theNetworkIsNotLetInWithoutAToken() {
    assertThatThrownBy(() -> DoorSettings.lan(0, "short", Set.of()))
        .hasMessageContaining("Expected a token of 16 characters or more");
  }

  @Test
  void closingEndsTheStreamsThatAreOpen() throws Exception {
    BrokerUnderTest broker = BrokerUnderTest.onLoopback(folder);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
      assertThat(socket.getInputStream().read()).isEqualTo('H');

      broker.close();

      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8)).contains("retry: 2000");
    }
  }

  @Test
  void aRequestThatWillNotEndIsCutOff() throws Exception {
    DoorSettings hasty =
        new DoorSettings(
            false,
            0,
            null,
            Set.of(),
            100,
            Duration.ofSeconds(60),
            Duration.ofSeconds(10),
            Duration.ofMillis(300));
    CountDownLatch entered = new CountDownLatch(1);
    Stubborn stubborn = new Stubborn(entered, new CountDownLatch(1));
    FrontDoor door = FrontDoor.open(hasty, new ResourceConfig().register(stubborn));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), door.port())) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write("GET /stubborn HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
      entered.await();

      door.close();

      assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), door.port()).close())
          .isInstanceOf(Exception.class);
    } finally {
      stubborn.leave().countDown();
    }
  }

  /// Answers when it is told to.
  @jakarta.ws.rs.Path("stubborn") // java.nio has a Path too
  public record Stubborn(CountDownLatch entered, CountDownLatch leave) {
    @GET
    public String answer() throws InterruptedException {
      entered.countDown();
      leave.await();
      return "at last";
    }
  }

  /// Sends a byte whenever nothing comes, until the other side has had enough.
  private static boolean drippedUntilClosed(Socket socket) throws IOException {
    for (int bytes = 0; bytes < 300; bytes++) {
      try {
        if (socket.getInputStream().read() < 0) {
          return true;
        }
      } catch (SocketTimeoutException e) {
        // nothing came within 100 ms, as expected while the connection is open
      } catch (SocketException e) {
        return true;
      }
      try {
        socket.getOutputStream().write('a');
      } catch (SocketException e) {
        return true;
      }
    }
    return false;
  }

  private static List<InetAddress> addressesOfThisMachine() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> !address.isLoopbackAddress() && address instanceof Inet4Address)
        .toList();
  }
}
