package org.mycoswarm.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mycoswarm.cli.CommandLineUnderTest;
import org.mycoswarm.cli.CommandLineUnderTest.Outcome;
import org.mycoswarm.cli.SmallBroker;
import org.mycoswarm.cli.client.Wire;

/// Questions about a collection, on the command line.
class AskCommandTest {
  private static final String CALL = "POST /api/v1/collections/notes/ask";

  private final SmallBroker broker = new SmallBroker();
  private final CommandLineUnderTest line = new CommandLineUnderTest(Path.of("nowhere"));

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void theAnswerIsPrintedWithThePassagesThatItNames() {
    broker.on(
        CALL,
        200,
        Wire.tree(
            """
            {"collection":"notes","generation":1,"question":"when?","model":"tiny:latest",
             "answer":"In May [1].\\u001b[2J","finish":"stop","found":3,"promptTokens":9,"completionTokens":3,
             "sources":[
               {"number":1,"cited":true,"path":"house/heating.md","heading":"Heating > Service","page":null,
                "lineFrom":3,"lineTo":5,"start":10,"end":90,"source":"changed","text":"In May."},
               {"number":2,"cited":false,"path":"other.md","start":0,"end":9,"text":"Nothing."}]}"""
                .getBytes(UTF_8)));

    Outcome outcome =
        run("ask", "notes", "--model=tiny", "--limit=2", "--path=house/**", "when", "is", "it?");

    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .isEqualTo(
            """
            In May [1].?[2J

            [1] house/heating.md, Heating > Service, lines 3 to 5  [changed since it was indexed]

            tiny:latest read 2 of the 3 passages that were found, each whole.
            """);
    assertThat(Wire.tree(broker.requests().getLast().body()))
        .isEqualTo(
            Wire.tree(
                "{\"question\":\"when is it?\",\"model\":\"tiny\",\"limit\":2,\"path\":\"house/**\"}"
                    .getBytes(UTF_8)));
  }

  @Test
  void withoutAModelThePassagesAreShownAndWhatIsMissing() {
    broker.refuse(CALL, 503, "unavailable", "Expected a model that answers, but none does.");
    broker.on(
        "POST /api/v1/collections/notes/search",
        200,
        Wire.tree(
            """
            {"collection":"notes","generation":1,"mode":"hybrid","millis":1,"hits":[
              {"path":"house/heating.md","sha256":"a","score":0.5,"passages":[
                {"start":10,"end":90,"text":"In May.","highlights":[]}]}]}"""
                .getBytes(UTF_8)));

    Outcome outcome = run("ask", "notes", "when?");

    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.out()).contains("house/heating.md").contains("In May.");
    assertThat(outcome.err())
        .contains(
            "Expected a model that answers, but none does. Above are the passages an answer would be made from.");
  }

  private Outcome run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add(1, "--broker=" + broker.url());
    return line.run(all.toArray(String[]::new));
  }
}
