package org.mycoswarm.node.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mycoswarm.node.Refused;
import org.mycoswarm.node.generate.ChatServer.Answer;
import org.mycoswarm.node.generate.ChatServer.Offer;
import org.mycoswarm.node.work.Unwanted;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.ChatMessage;
import org.mycoswarm.schema.wire.Sampling;

/// Both kinds of servers, over real HTTP.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChatServerTest {
  private static final Sampling LONG = new Sampling(100, 0.5, null, null, 7L, null);

  @SuppressWarnings("NullAway.Init")
  private StandIn standIn;

  @BeforeEach
  void start() throws IOException {
    standIn = new StandIn();
  }

  @AfterEach
  void stop() {
    standIn.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ollama", "llama.cpp"})
  void aConversationIsContinued(String kind) throws Exception {
    try (ChatServer server = server(kind)) {
      Offer offer = server.offers().getFirst();
      Answer answer = server.chat(offer.name(), said("Grüß Gott, Wald"), LONG, () -> {});

      assertThat(offer.digest()).matches("sha256:[0-9a-f]{64}");
      assertThat(answer).isEqualTo(new Answer("You said: Grüß Gott, Wald", "stop", 3, 5, 50));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ollama", "llama.cpp"})
  void anAnswerEndsWhereItMayNotBeLongerOrBeforeAStopText(String kind) throws Exception {
    try (ChatServer server = server(kind)) {
      String model = server.offers().getFirst().name();
      Sampling brief = new Sampling(3, null, null, null, null, null);
      Sampling stopped = new Sampling(100, null, null, null, null, List.of("two"));

      Answer cut = server.chat(model, said("one two three"), brief, () -> {});
      Answer ended = server.chat(model, said("one two three"), stopped, () -> {});

      assertThat(List.of(cut.text(), cut.finish())).containsExactly("You said: one ", "length");
      assertThat(List.of(ended.text(), ended.finish())).containsExactly("You said: one ", "stop");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ollama", "llama.cpp"})
  void anAnswerThatNobodyWantsAnyMoreIsGivenUp(String kind) throws Exception {
    standIn.behave(60_000, 200, 0);
    AtomicInteger asked = new AtomicInteger();
    try (ChatServer server = server(kind)) {
      String model = server.offers().getFirst().name();

      assertThatThrownBy(
              () ->
                  server.chat(
                      model,
                      said("one"),
                      LONG,
                      () -> {
                        if (asked.incrementAndGet() == 2) {
                          throw new Unwanted("enough");
                        }
                      }))
          .isInstanceOf(Unwanted.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ollama", "llama.cpp"})
  void aServerThatBreaksOffIsNoAnswer(String kind) throws Exception {
    standIn.behave(0, 200, 2);
    try (ChatServer server = server(kind)) {
      String model = server.offers().getFirst().name();

      assertThatThrownBy(() -> server.chat(model, said("one two"), LONG, () -> {}))
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(ServerRefused.class)
          .hasMessageContaining("broke off");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ollama", "llama.cpp"})
  void aRefusalCarriesTheServersWords(String kind) throws Exception {
    try (ChatServer server = server(kind)) {
      String model = server.offers().getFirst().name();
      for (int status : List.of(400, 500)) {
        standIn.behave(0, status, 0);

        assertThatThrownBy(() -> server.chat(model, said("one"), LONG, () -> {}))
            .isInstanceOfSatisfying(
                ServerRefused.class, e -> assertThat(e.forGood()).isEqualTo(status == 400))
            .hasMessageEndingWith(
                "at %s to answer, but it said %d: out of order"
                    .formatted(standIn.address(), status));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ollama", "llama.cpp"})
  void whereNobodyAnswersThatIsSaid(String kind) {
    try (ChatServer server = server(kind)) {
      standIn.close();

      assertThatThrownBy(server::offers)
          .hasMessageEndingWith(" at %s, but nobody answers there".formatted(standIn.address()));
    }
  }

  @Test
  void ollamaIsAskedNeverToCutAConversation() throws Exception {
    try (ChatServer server = server("ollama")) {
      server.chat(StandIn.MODEL, said("short"), LONG, () -> {});
      assertThat(standIn.last().at("/options").toString())
          .isEqualTo("{\"num_predict\":100,\"temperature\":0.5,\"seed\":7}");
      assertThat(standIn.last().at("/truncate").asBoolean(true)).isFalse();
      assertThat(standIn.last().at("/shift").asBoolean(true)).isFalse();

      server.chat(StandIn.MODEL, said("long ".repeat(2_000)), LONG, () -> {});
      assertThat(standIn.last().at("/options/num_ctx").asInt()).isEqualTo(8_192);
    }
  }

  @Test
  void twoServersWithTheSameFileHaveTheSameDigest() throws Exception {
    String meta = "{\"n_params\":7,\"n_vocab\":9}";
    String digest = LlamaServer.digest("/models/a.gguf", Json.LENIENT.readTree(meta));

    assertThat(LlamaServer.digest("C:\\m\\a.gguf", Json.LENIENT.readTree(meta))).isEqualTo(digest);
    assertThat(LlamaServer.digest("/models/b.gguf", Json.LENIENT.readTree(meta)))
        .isNotEqualTo(digest);
    assertThat(LlamaServer.digest("/models/a.gguf", Json.LENIENT.readTree("{}")))
        .isNotEqualTo(digest);
  }

  @Test
  void settingsAreAddressesOrNone() {
    assertThat(ChatServerSettings.of(null, null))
        .isEqualTo(new ChatServerSettings(OllamaServer.USUAL, LlamaServer.USUAL, false));
    assertThat(ChatServerSettings.of("none", "http://gpu:8081"))
        .isEqualTo(new ChatServerSettings(null, URI.create("http://gpu:8081"), true));
    assertThatThrownBy(() -> ChatServerSettings.of("gpu:11434", null))
        .isInstanceOf(Refused.class)
        .hasMessage(
            "Expected an address such as http://127.0.0.1:11434, or none, after --ollama, but it is 'gpu:11434'");
  }

  private ChatServer server(String kind) {
    return kind.equals("ollama")
        ? new OllamaServer(standIn.address())
        : new LlamaServer(standIn.address(), false);
  }

  private static List<ChatMessage> said(String text) {
    return List.of(new ChatMessage(ChatMessage.USER, text));
  }
}
