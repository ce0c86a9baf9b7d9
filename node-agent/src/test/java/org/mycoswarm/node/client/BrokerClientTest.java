package org.mycoswarm.node.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mycoswarm.node.ScriptedBroker;
import org.mycoswarm.schema.wire.RenewRequest;

class BrokerClientTest {
  private static final Token TOKEN = new Token("secret");
  private static final Duration TIME = Duration.ofSeconds(10);

  ScriptedBroker broker;
  BrokerClient client;

  @BeforeEach
  void start() throws Exception {
    broker = new ScriptedBroker("b1", TOKEN);
    client = new BrokerClient(BrokerClient.newHttp(), broker.url(), TOKEN);
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void storesAndReadsBlobs() throws Exception {
    String sha256 = client.store("hello".getBytes(UTF_8));

    BlobAnswer answer = client.blob(sha256, 5);

    assertThat(answer).isInstanceOf(BlobAnswer.Bytes.class);
    assertThat(((BlobAnswer.Bytes) answer).bytes()).isEqualTo("hello".getBytes(UTF_8));
  }

  @Test
  void whatBlobsCanBeBesidesBytes() throws Exception {
    String sha256 = broker.blob("hello".getBytes(UTF_8));
    String other = Sha256.of("other".getBytes(UTF_8));
    broker.blobs.put(other, "hello".getBytes(UTF_8));

    assertThat(client.blob(sha256, 4)).isEqualTo(new BlobAnswer.TooLarge(5));
    assertThat(client.blob(other, 5)).isEqualTo(new BlobAnswer.Damaged(sha256));
    assertThat(client.blob("00".repeat(32), 5)).isEqualTo(new BlobAnswer.Absent());
  }

  @Test
  void aConnectionThatFallsSilentInTheMiddleOfABodyDoesNotHoldTheCaller() throws Exception {
    String sha256 = broker.blob("hello".getBytes(UTF_8));
    broker.fallSilentInBlobs();
    BrokerClient hasty =
        new BrokerClient(BrokerClient.newHttp(), broker.url(), TOKEN, Duration.ofSeconds(1));

    assertThatThrownBy(() -> hasty.blob(sha256, 5))
        .isInstanceOf(HttpTimeoutException.class)
        .hasMessage("no whole answer within 1000 ms");
  }

  @Test
  void aRefusalCarriesTheBrokersWords() {
    BrokerProblem problem =
        catchThrowableOfType(
            BrokerProblem.class, () -> client.renew("n1", new RenewRequest(List.of()), TIME));

    assertThat(problem.word()).isEqualTo("not-found");
    assertThat(problem.status()).isEqualTo(404);
    assertThat(problem.detail()).isEqualTo("Expected a known node; register again");
    assertThat(problem)
        .hasMessage(
            "Expected the broker to accept 'POST /api/v1/nodes/n1/renew', but it answered 404 (not-found): Expected a known node; register again");
  }

  @Test
  void withoutTheTokenNothingIsServed() {
    BrokerClient stranger = new BrokerClient(BrokerClient.newHttp(), broker.url(), null);

    assertThatThrownBy(() -> stranger.renew("n1", new RenewRequest(List.of()), TIME))
        .isInstanceOf(BrokerProblem.class)
        .hasMessageContaining("401 (unauthorized)");
  }

  @Test
  void aTokenHasNoTextForm() {
    assertThat(TOKEN.toString()).isEqualTo("Token[hidden]");
    assertThatThrownBy(() -> new Token("a b"))
        .hasMessage(
            "Expected a token of printable characters without spaces, but it is something else");
  }
}
