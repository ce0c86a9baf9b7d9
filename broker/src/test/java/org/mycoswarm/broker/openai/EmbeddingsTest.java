package org.mycoswarm.broker.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.broker.api.BrokerUnderTest.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mycoswarm.broker.api.BrokerUnderTest;
import org.mycoswarm.broker.server.DoorSettings;

/// What needs no node; what does is tested with OpenAI's own client.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EmbeddingsTest {
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
  void theModelsThatAreKnownAreListed() {
    JsonNode models = json(broker.get("/v1/models"));

    assertThat(models.path("object").asText()).isEqualTo("list");
    assertThat(models.path("data")).containsExactly(json(broker.get("/v1/models/mini")));
    assertThat(json(broker.get("/v1/models/mini")).toString())
        .isEqualTo(
            "{\"id\":\"mini\",\"object\":\"model\",\"created\":0,\"owned_by\":\"mycoswarm\"}");
  }

  @Test
  void aModelThatIsNotKnownIsNotFound() {
    HttpResponse<String> one = broker.get("/v1/models/gpt");
    HttpResponse<String> used =
        broker.post("/v1/embeddings", "{\"model\":\"gpt\",\"input\":\"a\"}");

    assertThat(one.statusCode()).isEqualTo(404);
    assertThat(used.statusCode()).isEqualTo(404);
    assertError(
        one, "model", "model_not_found", "The model 'gpt' does not exist or no node has it.");
    assertError(used, "model", "model_not_found", "Known: mini.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"input":"a"}|model|Expected the name of a model in 'model', but there is none
          {"model":"mini"}|input|Expected a string or an array of strings or of tokens in 'input'
          {"model":"mini","input":""}|input|Expected a text in 'input', but it is empty
          {"model":"mini","input":["a",""]}|input|Expected a text in 'input[1]', but it is empty
          {"model":"mini","input":[]}|input|Expected one input or more in 'input', but it is empty
          {"model":"mini","input":["a",1]}|input|Expected a string in 'input[1]', as in the first
          {"model":"mini","input":[[]]}|input|Expected an array of one token or more in 'input[0]'
          {"model":"mini","input":[-1]}|input|Expected tokens of the model's own tokenizer in 'input', which are whole numbers of 0 or more
          {"model":"mini","input":"a","encoding_format":"hex"}|encoding_format|Expected 'float' or 'base64' in 'encoding_format', but it is 'hex'
          {"model":"mini","input":"a","dimensions":0}|dimensions|Expected a whole number of 1 or more in 'dimensions'
          {"model":"mini","input":"a","dimensions":100}|dimensions|Expected 384 in 'dimensions', which is what the model 'mini' has, but it is 100; its vectors cannot be shortened
          {"model":"mini","input":"a","truncate":true}|truncate|Unrecognized request argument supplied: truncate
          []||Expected a JSON object, but the body is none
          {||Expected JSON
          """)
  void whatIsNotInOrderIsRefusedInOpenAisShape(String body, String param, String message) {
    HttpResponse<String> refused = broker.post("/v1/embeddings", body);

    assertThat(refused.statusCode()).isEqualTo(400);
    assertError(refused, param, null, message);
  }

  @Test
  void tooManyInputsAreRefused() {
    String many = "\"a\",".repeat(2_048) + "\"a\"";

    HttpResponse<String> refused =
        broker.post("/v1/embeddings", "{\"model\":\"mini\",\"input\":[%s]}".formatted(many));

    assertError(
        refused,
        "input",
        null,
        "Expected at most 2,048 inputs in 'input', but there are 2,049; send several requests, or a batch");
  }

  @Test
  void withoutANodeItIsSaidInOpenAisShape() {
    HttpResponse<String> busy =
        broker.post("/v1/embeddings", "{\"model\":\"mini\",\"input\":\"a\"}");

    assertThat(busy.statusCode()).isEqualTo(503);
    assertThat(busy.headers().firstValue("Retry-After")).contains("1");
    assertThat(json(busy).at("/error/type").asText()).isEqualTo("server_error");
    assertThat(json(busy).at("/error/message").asText())
        .startsWith("Expected a node that offers to embed");
  }

  @Test
  void anAddressThatIsNotThereIsRefusedInOpenAisShape() {
    HttpResponse<String> none = broker.post("/v1/completions", "{}");

    assertThat(none.statusCode()).isEqualTo(404);
    assertThat(json(none).at("/error/type").asText()).isEqualTo("invalid_request_error");
  }

  @Test
  void inTheNetworkTheKeyIsTheToken(@TempDir Path other) {
    DoorSettings lan = DoorSettings.lan(0, BrokerUnderTest.TOKEN, Set.of());
    try (BrokerUnderTest open = new BrokerUnderTest(other, lan)) {
      HttpResponse<String> refused = open.get("/v1/models", "Authorization", "Bearer sk-other");
      assertThat(refused.statusCode()).isEqualTo(401);
      assertError(refused, null, "invalid_api_key", "Expected the header Authorization");

      String bearer = "Bearer " + BrokerUnderTest.TOKEN;
      assertThat(open.get("/v1/models", "Authorization", bearer).statusCode()).isEqualTo(200);
    }
  }

  private static void assertError(
      HttpResponse<String> answer, @Nullable String param, @Nullable String code, String message) {
    JsonNode error = json(answer).path("error");
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(error.path("message").asText()).contains(message);
    assertThat(error.path("type").asText()).isEqualTo("invalid_request_error");
    assertThat(error.path("param").textValue()).isEqualTo(param);
    assertThat(error.path("code").textValue()).isEqualTo(code);
  }
}
