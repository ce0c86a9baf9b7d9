package org.mycoswarm.broker.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.broker.api.BrokerUnderTest.TOKEN;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mycoswarm.broker.api.BrokerUnderTest;

class GatekeeperTest {
  private static final String AUTHORIZED = "Authorization: Bearer " + TOKEN;

  @TempDir private static Path folder;
  private static BrokerUnderTest home;
  private static BrokerUnderTest lan;

  @BeforeAll
  static void open() {
    home = BrokerUnderTest.onLoopback(folder.resolve("home"));
    lan =
        new BrokerUnderTest(
            folder.resolve("lan"), DoorSettings.lan(0, TOKEN, Set.of("Pi.fritz.box")));
  }

  @AfterAll
  static void close() {
    home.close();
    lan.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "localhost:7070", "127.0.0.1", "127.1.2.3:1", "[::1]:9"})
  void thisMachineMayBeCalledByItsOwnNames(String host) {
    assertThat(ask(home, "/api/v1", "Host: " + host)).startsWith("HTTP/1.1 200");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "localhost.evil.example",
        "192.168.1.5",
        "pi.local",
        "127.0.0.1.x"
      })
  void aForeignNameThatLeadsHereIsTurnedAway(String host) {
    assertThat(ask(home, "/api/v1", "Host: " + host))
        .startsWith("HTTP/1.1 403")
        .contains("urn:mycoswarm:problem:forbidden", "the header Host", host);
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.168.1.5:7070", "[fe80::1]", "pi.local", "pi.fritz.box", "localhost"})
  void withLanAddressesAndLocalNamesAreOurs(String host) {
    assertThat(ask(lan, "/api/v1", "Host: " + host, AUTHORIZED)).startsWith("HTTP/1.1 200");
  }

  @Test
  void withLanOtherNamesAreStillForeign() {
    assertThat(ask(lan, "/api/v1", "Host: evil.example", AUTHORIZED)).startsWith("HTTP/1.1 403");
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost:7070, 200",
    "http://evil.example, 403",
    "http://localhost:8080, 403",
    "null, 403"
  })
  void aPageOfAnotherOriginIsTurnedAway(String origin, int status) {
    assertThat(ask(home, "/api/v1", "Host: localhost:7070", "Origin: " + origin))
        .startsWith("HTTP/1.1 " + status);
  }

  @Test
  void withoutTheTokenNothingIsTold() {
    String answer = ask(lan, "/api/v1/jobs", "Host: localhost");

    assertThat(answer)
        .startsWith("HTTP/1.1 401")
        .contains("WWW-Authenticate: Bearer", "urn:mycoswarm:problem:unauthorized")
        .contains("Expected the header Authorization: Bearer TOKEN");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer wrong", "Basic a-token-for-tests-0123456789", "Bearer"})
  void aWrongTokenIsLikeNone(String authorization) {
    assertThat(ask(lan, "/api/v1", "Host: localhost", "Authorization: " + authorization))
        .startsWith("HTTP/1.1 401")
        .doesNotContain(TOKEN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/healthz",
        "/",
        "/console/",
        "/api/v1/identity?nonce=00112233445566778899aabbccddeeff"
      })
  void whatSomebodyWithoutTheTokenNeedsIsOpen(String path) {
    assertThat(ask(lan, path, "Host: localhost")).doesNotStartWith("HTTP/1.1 401");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/console/../api/v1/jobs",
        "/console/%2e%2e/api/v1/jobs",
        "/console/..;/api/v1/jobs",
        "//api/v1/jobs",
        "/api/v1/identity/../jobs",
        "/api/v1/identity;/jobs",
        "/healthz/../api/v1/jobs"
      })
  void aPathInDisguiseOpensNothing(String path) {
    assertThat(ask(lan, path, "Host: localhost")).matches("(?s)HTTP/1.1 (400|401|404) .*");
  }

  @ParameterizedTest
  @CsvSource({
    "/api/v1/jobs/nobody/events?access_token=a-token-for-tests-0123456789, 404",
    "/api/v1/jobs/nobody/events?access_token=other, 401",
    "/api/v1/jobs?access_token=a-token-for-tests-0123456789, 401"
  })
  void onlyEventStreamsTakeTheTokenInTheAddress(String path, int status) {
    assertThat(ask(lan, path, "Host: localhost"))
        .startsWith("HTTP/1.1 " + status)
        .doesNotContain(TOKEN);
  }

  @Test
  void theBrokerProvesThatItKnowsTheToken() {
    String nonce = "00112233445566778899aabbccddeeff";

    String answer = ask(lan, "/api/v1/identity?nonce=" + nonce, "Host: localhost");

    // printf 'mycoswarm identity\nbroker-1\n00112233445566778899aabbccddeeff' |
    //   openssl dgst -sha256 -hmac a-token-for-tests-0123456789
    assertThat(answer)
        .contains("\"proof\":\"123f204a839a1706a8e08259ad0a0237839535ff0e823a34e0fb2cba066bf489\"");
  }

  @Test
  void withoutATokenThereIsNothingToProve() {
    assertThat(ask(home, "/api/v1/identity?nonce=" + "ab".repeat(16), "Host: localhost"))
        .contains("\"proof\":\"\"");
  }

  static String ask(BrokerUnderTest broker, String path, String... headers) {
    String request =
        "GET %s HTTP/1.1\r\n%s\r\nConnection: close\r\n\r\n"
            .formatted(path, Stream.of(headers).collect(Collectors.joining("\r\n")));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
