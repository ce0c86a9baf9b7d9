package org.mycoswarm.node.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.node.ScriptedBroker;
import org.mycoswarm.node.client.Token;

class BrokerSearchTest {
  private static final Duration WITHIN = Duration.ofSeconds(10);
  private static final Token TOKEN = new Token("secret");

  @TempDir Path home;

  @Test
  void aBrokerWithoutATokenIsTakenAsItIs() throws Exception {
    try (ScriptedBroker broker = new ScriptedBroker("b1", null)) {
      FoundBroker found = here(look(broker.url(), Credentials.NONE));

      assertThat(found).isEqualTo(new FoundBroker(broker.url(), "b1", null, "address"));
    }
  }

  @Test
  void aBrokerThatProvesTheTokenGetsIt() throws Exception {
    try (ScriptedBroker broker = new ScriptedBroker("b1", TOKEN)) {
      FoundBroker found = here(look(broker.url(), new Credentials("b1", TOKEN)));

      assertThat(found.token()).isEqualTo(TOKEN);
      assertThat(broker.tokensSeen).isEmpty();
    }
  }

  @Test
  void aBrokerOfThisMachineThatNeedsNoTokenIsNotSentOne() throws Exception {
    try (ScriptedBroker broker = new ScriptedBroker("b1", null)) {
      FoundBroker found = here(look(broker.url(), new Credentials(null, TOKEN)));

      assertThat(found.token()).isNull();
    }
  }

  @Test
  void aFakeWithTheSameIdNeverSeesTheToken() throws Exception {
    try (ScriptedBroker fake = new ScriptedBroker("b1", new Token("guessed"))) {
      String reason = nowhere(look(fake.url(), new Credentials("b1", TOKEN)));

      assertThat(reason)
          .isEqualTo(
              "Expected the broker at %s, but the broker 'b1' knows another token; this node keeps its own to itself"
                  .formatted(fake.url()));
      assertThat(fake.tokensSeen).isEmpty();
    }
  }

  @Test
  void aFakeThatProvesNothingGetsNoWorkerEither() throws Exception {
    try (ScriptedBroker fake = new ScriptedBroker("b1", null)) {
      assertThat(nowhere(look(fake.url(), new Credentials("b1", TOKEN))))
          .endsWith("it cannot prove that it knows the token; it gets neither token nor work");
    }
  }

  @Test
  void anotherBrokerThanTheJoinTextNamesIsRefused() throws Exception {
    try (ScriptedBroker other = new ScriptedBroker("b2", TOKEN)) {
      assertThat(nowhere(look(other.url(), new Credentials("b1", TOKEN))))
          .endsWith("that is the broker 'b2', and the join text names 'b1'");
    }
  }

  @Test
  void whoeverHasNoTokenIsToldWhereToPutTheJoinText() throws Exception {
    try (ScriptedBroker broker = new ScriptedBroker("b1", TOKEN)) {
      assertThat(nowhere(look(broker.url(), Credentials.NONE)))
          .contains("the broker 'b1' wants a token; put the join text")
          .contains("MYCOSWARM_JOIN");
    }
  }

  @Test
  void theRunFileLeadsToTheBrokerOfThisMachine() throws Exception {
    try (ScriptedBroker broker = new ScriptedBroker("b1", null)) {
      Path file = home.resolve("broker.json");
      Files.writeString(
          file, "{\"url\": \"%s\", \"broker\": \"b1\", \"pid\": 7}".formatted(broker.url()));

      FoundBroker found = here(BrokerSearch.of(null, file, Credentials.NONE).look(WITHIN));

      assertThat(found.how()).isEqualTo("run-file");
    }
  }

  @Test
  void aRunFileThatAKilledBrokerLeftBehindIsNoBroker() throws Exception {
    Path file = home.resolve("broker.json");
    URI gone;
    try (ScriptedBroker broker = new ScriptedBroker("b1", null)) {
      gone = broker.url();
    }
    Files.writeString(file, "{\"url\": \"%s\"}".formatted(gone));

    assertThat(nowhere(BrokerSearch.of(null, file, Credentials.NONE).look(WITHIN)))
        .startsWith("Expected the broker at %s, but nothing answers there".formatted(gone));
  }

  @Test
  void aMissingOrBrokenRunFileIsNamed() throws Exception {
    Path file = home.resolve("broker.json");
    assertThat(nowhere(BrokerSearch.of(null, file, Credentials.NONE).look(WITHIN)))
        .isEqualTo(
            "Expected a broker of this machine to have written '%s', but there is no such file"
                .formatted(file));

    Files.writeString(file, "{\"url\": ");

    assertThat(nowhere(BrokerSearch.of(null, file, Credentials.NONE).look(WITHIN)))
        .startsWith("Expected a broker's address in '%s', but it is not readable".formatted(file));
  }

  @Test
  void aJoinTextIsReadAndHidesItsToken() {
    JoinText join = JoinText.parse(" myco1.b-1.se.cret\n");

    assertThat(join.broker()).isEqualTo("b-1");
    assertThat(join.token().secret()).isEqualTo("se.cret");
    assertThat(join.toString()).doesNotContain("cret");
    assertThat(join.secretText()).isEqualTo("myco1.b-1.se.cret");
  }

  @Test
  void whatIsNoJoinTextIsRefusedWithoutRepeatingIt() {
    assertThatThrownBy(() -> JoinText.parse("myco2.b1.secret"))
        .hasMessage(
            "Expected a join text of the form myco1.BROKER-ID.TOKEN, but what was given is none;"
                + " copy it from what 'mycoswarm up --lan' prints");
  }

  /// The same numbers must come out of the broker, whoever wrote it.
  @Test
  void theProofIsTheHmacOfThreeLines() {
    assertThat(TokenProof.of(new Token("secret"), "b1", "00ff"))
        .isEqualTo(
            // printf 'mycoswarm identity\nb1\n00ff' | openssl dgst -sha256 -hmac secret
            "e0c6c32985ed8ff24310825564ba6ab44b49c562f14e733a175d285024ab070f");
  }

  private Location look(@Nullable URI address, Credentials credentials)
      throws InterruptedException {
    return BrokerSearch.of(address, home.resolve("none.json"), credentials).look(WITHIN);
  }

  private static FoundBroker here(Location location) {
    assertThat(location).isInstanceOf(Location.Here.class);
    return ((Location.Here) location).broker();
  }

  private static String nowhere(Location location) {
    assertThat(location).isInstanceOf(Location.Nowhere.class);
    return ((Location.Nowhere) location).reason();
  }
}
