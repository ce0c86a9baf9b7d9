package org.mycoswarm.broker.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mycoswarm.broker.api.BrokerUnderTest;

/// A body that comes after the answer, as it does from every client that sends it by itself.
class ReadToTheEndTest {
  @ParameterizedTest
  @CsvSource({
    "POST /api/v1/jobs/none/pause, localhost, 404",
    "POST /api/v1/nowhere, localhost, 404",
    "PUT /api/v1/jobs, localhost, 405",
    "POST /api/v1/jobs, elsewhere.example, 403"
  })
  void theConnectionServesTheNextRequest(String call, String host, int status, @TempDir Path folder)
      throws Exception {
    try (BrokerUnderTest broker = BrokerUnderTest.onLoopback(folder);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
      socket.setSoTimeout(20_000);
      InputStream in = new BufferedInputStream(socket.getInputStream());

      send(socket, call + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 2\r\n\r\n");
      assertThat(answer(in)).startsWith("HTTP/1.1 " + status);
      send(socket, "{}GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");

      assertThat(answer(in)).startsWith("HTTP/1.1 200").contains("ok");
    }
  }

  /// Whoever does not hear of it loses the next request: as Java's own client did.
  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 4000000", "Transfer-Encoding: chunked"})
  void ofALongBodyTheAnswerSaysThatTheConnectionCloses(String body, @TempDir Path folder)
      throws Exception {
    try (BrokerUnderTest broker = BrokerUnderTest.onLoopback(folder);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
      socket.setSoTimeout(20_000);

      send(socket, "POST /api/v1/nowhere HTTP/1.1\r\nHost: localhost\r\n" + body + "\r\n\r\n");

      assertThat(until("\r\n\r\n", socket.getInputStream()))
          .startsWith("HTTP/1.1 404")
          .contains("Connection: close");
    }
  }

  @Test
  void ofABodyInChunksThatWasReadTheConnectionStaysOpen(@TempDir Path folder) throws Exception {
    try (BrokerUnderTest broker = BrokerUnderTest.onLoopback(folder);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
      socket.setSoTimeout(20_000);
      InputStream in = new BufferedInputStream(socket.getInputStream());

      send(
          socket,
          "POST /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
      assertThat(answer(in)).startsWith("HTTP/1.1 400").doesNotContain("Connection: close");
      send(socket, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");

      assertThat(answer(in)).startsWith("HTTP/1.1 200").contains("ok");
    }
  }

  /// A resource that has read of it, or has closed it, counts as one that gave the body up.
  @Test
  void aBodyThatAResourceRefusedIsReadAllTheSame(@TempDir Path folder) throws Exception {
    try (BrokerUnderTest broker = BrokerUnderTest.onLoopback(folder);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
      socket.setSoTimeout(20_000);
      InputStream in = new BufferedInputStream(socket.getInputStream());

      send(
          socket,
          "POST /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 70000\r\n\r\n");
      assertThat(answer(in)).startsWith("HTTP/1.1 413").doesNotContain("Connection: close");
      send(socket, "x".repeat(70_000) + "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");

      assertThat(answer(in)).startsWith("HTTP/1.1 200").contains("ok");
    }
  }

  /// A connection that is closed under a sender is reset, and takes the answer along.
  @Test
  void whoSendsALongBodyThatIsRefusedStillReadsTheAnswer(@TempDir Path folder) throws Exception {
    try (BrokerUnderTest broker = BrokerUnderTest.onLoopback(folder);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
      socket.setSoTimeout(20_000);
      InputStream in = new BufferedInputStream(socket.getInputStream());

      send(
          socket,
          "POST /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 4000000\r\n\r\n");
      String head = until("\r\n\r\n", in);
      for (int i = 0; i < 40; i++) {
        send(socket, "x".repeat(100_000));
      }

      assertThat(head).startsWith("HTTP/1.1 413").contains("Connection: close");
      assertThat(new String(in.readAllBytes(), UTF_8)).contains("too-large");
    }
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(UTF_8));
  }

  /// One answer, headers and body, as it was sent.
  private static String answer(InputStream in) throws IOException {
    String headers = until("\r\n\r\n", in);
    if (headers.contains("Transfer-Encoding: chunked")) {
      return headers + until("\r\n0\r\n\r\n", in);
    }
    String length = headers.replaceAll("(?is).*content-length: (\\d+).*", "$1");
    return headers + new String(in.readNBytes(Integer.parseInt(length)), UTF_8);
  }

  private static String until(String end, InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    while (!text.toString().endsWith(end)) {
      int next = in.read();
      assertThat(next).as("the connection is open, after: " + text).isNotEqualTo(-1);
      text.append((char) next);
    }
    return text.toString();
  }
}
