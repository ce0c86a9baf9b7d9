package org.mycoswarm.broker.api;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mycoswarm.schema.json.Json;

class GenerateRulesTest {
  @Test
  void whatIsInOrderIsTaken() {
    assertThatCode(() -> check("{\"model\":\"m\",\"prompt\":\"a\"}")).doesNotThrowAnyException();
    assertThatCode(
            () ->
                check(
                    """
                    {"model":"m","messages":[{"role":"system","content":""},{"role":"user","content":"a"}],
                     "sampling":{"tokensMax":1,"temperature":0,"topP":1,"topK":1,"seed":-1,"stop":["END"]}}"""))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"prompt":"a"}|Expected the same digest in 'model' and in 'payload.model', but they are 'm' and 'null'; nothing was changed
          {"model":"n","prompt":"a"}|Expected the same digest in 'model' and in 'payload.model', but they are 'm' and 'n'; nothing was changed
          {"model":"m"}|Expected either 'messages' or 'prompt' in the payload, but there is neither; nothing was changed
          {"model":"m","prompt":"a","messages":[]}|Expected either 'messages' or 'prompt' in the payload, but there are both; nothing was changed
          {"model":"m","prompt":""}|Expected the characters of all messages together of 1 to 1,048,576, but it is '0'
          {"model":"m","messages":[]}|Expected the number of messages of 1 to 1,000, but it is '0'
          {"model":"m","messages":[{"role":"tool","content":"a"}]}|Expected the role 'system', 'user' or 'assistant' in each message, but one has 'tool'; nothing was changed
          {"model":"m","messages":[{"role":"user"}]}|Expected a text in 'content' of each message, but one has none; nothing was changed
          {"model":"m","prompt":"a","sampling":{"tokensMax":0}}|Expected sampling.tokensMax of 1 to 32,768, but it is '0'
          {"model":"m","prompt":"a","sampling":{"tokensMax":1,"temperature":3}}|Expected sampling.temperature of 0 to 2, but it is '3.0'; nothing was changed
          {"model":"m","prompt":"a","sampling":{"tokensMax":1,"topP":-1}}|Expected sampling.topP of 0 to 1, but it is '-1.0'; nothing was changed
          {"model":"m","prompt":"a","sampling":{"tokensMax":1,"topK":0}}|Expected sampling.topK of 1 to 1,000,000, but it is '0'
          {"model":"m","prompt":"a","sampling":{"tokensMax":1,"stop":[""]}}|Expected 1 to 4 texts in 'sampling.stop', but there are others; nothing was changed
          {"model":"m","prompt":"a","mood":"good"}|Expected the payload of a 'generate' task, but it is none
          """)
  void whatIsNotIsRefusedBeforeItIsQueued(String payload, String message) {
    assertThatThrownBy(() -> check(payload))
        .isInstanceOf(ProblemException.class)
        .hasMessageStartingWith(message);
  }

  private static void check(String payload) {
    try {
      GenerateRules.check("m", Json.LENIENT.readTree(payload));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
