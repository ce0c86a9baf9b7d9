package org.mycoswarm.broker.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.broker.api.BrokerUnderTest.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mycoswarm.broker.api.BrokerUnderTest;
import org.mycoswarm.schema.json.Json;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChatCompletionsTest {
  private static final String ASKED =
      """
      {"model":"tiny","messages":[{"role":"developer","content":"Be brief."},
        {"role":"user","content":[{"type":"text","text":"Hel"},{"type":"text","text":"lo"}]}],
        "max_tokens":20,"temperature":0.5,"top_p":0.9,"top_k":40,"seed":7,"stop":"END","n":1%s}""";

  @TempDir private Path folder;

  @SuppressWarnings("NullAway.Init")
  private BrokerUnderTest broker;

  @BeforeEach
  void start() {
    broker = BrokerUnderTest.onLoopback(folder);
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void aConversationGoesToANodeThatOffersTheModelAndItsAnswerComesBack() {
    AtomicReference<JsonNode> payload = new AtomicReference<>();
    try (AnsweringNode _ =
        new AnsweringNode(
            broker,
            task -> {
              payload.set(task);
              return "Grüß Gott";
            })) {
      HttpResponse<String> answer = broker.post("/v1/chat/completions", ASKED.formatted(""));

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      JsonNode body = json(answer);
      assertThat(body.path("id").asText()).startsWith("chatcmpl-");
      assertThat(body.path("object").asText()).isEqualTo("chat.completion");
      assertThat(body.path("model").asText()).isEqualTo(AnsweringNode.MODEL);
      assertThat(body.path("choices").toString())
          .isEqualTo(
              "[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Grüß Gott\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}]");
      assertThat(body.path("usage").toString())
          .isEqualTo("{\"prompt_tokens\":7,\"completion_tokens\":3,\"total_tokens\":10}");
      assertThat(payload.get().toString())
          .isEqualTo(
              "{\"model\":\"%s\",\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},{\"role\":\"user\",\"content\":\"Hello\"}],\"sampling\":{\"tokensMax\":20,\"temperature\":0.5,\"topP\":0.9,\"topK\":40,\"seed\":7,\"stop\":[\"END\"]}}"
                  .formatted(AnsweringNode.DIGEST));
    }
  }

  @Test
  void aStreamIsOpenAisPiecesAndEndsWithDone() {
    try (AnsweringNode _ = new AnsweringNode(broker, _ -> "Hello")) {
      HttpResponse<String> answer =
          broker.post(
              "/v1/chat/completions",
              ASKED.formatted(",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));

      assertThat(answer.headers().firstValue("Content-Type"))
          .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
      List<String> events = List.of(answer.body().split("\n\n", -1));
      assertThat(events).hasSize(6).allSatisfy(one -> assertThat(one).matches("(data: .*)?"));
      assertThat(events.get(4)).isEqualTo("data: [DONE]");
      List<JsonNode> chunks =
          events.subList(0, 4).stream().map(one -> chunk(one.substring(6))).toList();
      assertThat(chunks)
          .allSatisfy(
              chunk ->
                  assertThat(chunk.path("object").asText()).isEqualTo("chat.completion.chunk"));
      assertThat(chunks.get(0).at("/choices/0/delta").toString())
          .isEqualTo("{\"role\":\"assistant\",\"content\":\"\"}");
      assertThat(chunks.get(1).at("/choices/0/delta").toString())
          .isEqualTo("{\"content\":\"Hello\"}");
      assertThat(chunks.get(1).at("/choices/0/finish_reason").isNull()).isTrue();
      assertThat(chunks.get(2).at("/choices/0/finish_reason").asText()).isEqualTo("stop");
      assertThat(chunks.get(3).path("choices")).isEmpty();
      assertThat(chunks.get(3).at("/usage/total_tokens").asInt()).isEqualTo(10);
    }
  }

  @Test
  void whatFailsBeforeTheFirstPieceIsARefusalAlsoOfAStream() {
    try (AnsweringNode _ =
        new AnsweringNode(
            broker,
            _ -> {
              throw new AnsweringNode.Refusal("the model is ill");
            })) {
      for (String stream : List.of("", ",\"stream\":true")) {
        HttpResponse<String> refused = broker.post("/v1/chat/completions", ASKED.formatted(stream));

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(json(refused).at("/error/message").asText())
            .isEqualTo(
                "Expected an answer of the model 'tiny:latest', but the nodes failed: the model is ill");
        assertThat(json(refused).at("/error/type").asText()).isEqualTo("server_error");
      }
    }
  }

  @Test
  void theModelsOfNodesAreListedAndTheOthersAreNotFound() {
    HttpResponse<String> before = broker.post("/v1/chat/completions", ASKED.formatted(""));
    try (AnsweringNode _ = new AnsweringNode(broker, _ -> "a")) {
      JsonNode models = json(broker.get("/v1/models"));

      assertThat(models.path("data").findValuesAsText("id"))
          .containsExactly("mini", AnsweringNode.MODEL);
      assertThat(json(broker.get("/v1/models/tiny")).path("id").asText())
          .isEqualTo(AnsweringNode.MODEL);
      HttpResponse<String> embedding =
          broker.post("/v1/embeddings", "{\"model\":\"tiny:latest\",\"input\":\"a\"}");
      assertThat(embedding.statusCode()).isEqualTo(404);
    }
    assertThat(before.statusCode()).isEqualTo(404);
    assertThat(json(before).at("/error/code").asText()).isEqualTo("model_not_found");
    assertThat(json(before).at("/error/message").asText())
        .isEqualTo("The model 'tiny' does not exist or no node has it. Known: none.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"messages":[]}|model|Expected the name of a model in 'model', but there is none
          {"model":"m"}|messages|Expected an array of one message or more in 'messages'
          {"model":"m","messages":[{"role":"tool","content":"a"}]}|messages[0].role|Expected 'system', 'developer', 'user' or 'assistant' in 'messages[0].role', but it is 'tool'
          {"model":"m","messages":[{"role":"user"}]}|messages[0].content|Expected a text or an array of texts in 'messages[0].content'
          {"model":"m","messages":[{"role":"user","content":[{"type":"image_url"}]}]}|messages[0].content|Expected only parts of the type 'text' in 'messages[0].content', but there is another; pictures and sound are not read
          {"model":"m","messages":[{"role":"user","content":"a"}],"max_tokens":0}|max_tokens|Expected a whole number of 1 to 32,768 in 'max_tokens'
          {"model":"m","messages":[{"role":"user","content":"a"}],"temperature":3}|temperature|Expected a number of 0 to 2 in 'temperature'
          {"model":"m","messages":[{"role":"user","content":"a"}],"top_p":-1}|top_p|Expected a number of 0 to 1 in 'top_p'
          {"model":"m","messages":[{"role":"user","content":"a"}],"stop":["",1]}|stop|Expected a text in 'stop', or an array of 1 to 4 texts
          {"model":"m","messages":[{"role":"user","content":"a"}],"stream":1}|stream|Expected true or false in 'stream'
          {"model":"m","messages":[{"role":"user","content":"a"}],"n":2}|n|Expected 'n' to be absent or 1, which is all that this broker does, but it is another
          {"model":"m","messages":[{"role":"user","content":"a"}],"tools":[{}]}|tools|Expected 'tools' to be absent or [], which is all that this broker does, but it is another
          {"model":"m","messages":[{"role":"user","content":"a"}],"mood":"good"}|mood|Unrecognized request argument supplied: mood
          []||Expected a JSON object, but the body is none
          """)
  void whatIsNotInOrderIsRefusedInOpenAisShape(String body, String param, String message) {
    HttpResponse<String> refused = broker.post("/v1/chat/completions", body);

    assertThat(refused.statusCode()).isEqualTo(400);
    JsonNode error = json(refused).path("error");
    assertThat(error.path("message").asText()).isEqualTo(message);
    assertThat(error.path("type").asText()).isEqualTo("invalid_request_error");
    assertThat(error.path("param").textValue()).isEqualTo(param);
  }

  private static JsonNode chunk(String text) {
    try {
      return Json.LENIENT.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
