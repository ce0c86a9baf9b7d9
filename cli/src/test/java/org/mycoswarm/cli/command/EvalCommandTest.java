package org.mycoswarm.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.cli.CommandLineUnderTest;
import org.mycoswarm.cli.CommandLineUnderTest.Outcome;
import org.mycoswarm.cli.SmallBroker;
import org.mycoswarm.cli.client.Wire;

/// How good a search is, on the command line.
class EvalCommandTest {
  private static final String CALL = "POST /api/v1/collections/moss/search";

  @TempDir private Path folder;
  private final SmallBroker broker = new SmallBroker();

  @BeforeEach
  void write() throws IOException {
    Files.writeString(
        folder.resolve("topics"),
        "<DOC><DOCNO>1</DOCNO>what is moss?</DOC><DOC><DOCNO>2</DOCNO>not judged</DOC>");
    Files.writeString(folder.resolve("qrels"), "1 0 b 1\n1 0 c.md 1\n1 0 x 0\n");
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void whatIsFoundIsComparedWithTheJudgements() {
    finds("hybrid", null, "a.txt", "deep/b.txt", "c.md");
    // Second and third place, of an ideal first and second.
    String measures = "1       0.6934   1.0000  0.5000  0.5833";

    Outcome outcome = eval("--mode=hybrid");

    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(outcome.out().lines())
        .containsExactly("MODE    TOPICS  nDCG@10  R@100   MRR     MAP", "hybrid  " + measures);
    assertThat(broker.requests()).hasSize(1);
    assertThat(Wire.tree(broker.requests().getFirst().body()).toString())
        .isEqualTo(
            "{\"query\":\"what is moss?\",\"mode\":\"hybrid\",\"limit\":100,\"exact\":false}");
    assertThat(outcome.err()).isEqualTo("1 topic asked\n");
  }

  @Test
  void aProgramGetsALineForEachMode() {
    finds("text", null, "b");

    assertThat(eval("--mode", "text", "--json").out())
        .isEqualTo(
            "{\"collection\":\"moss\",\"mode\":\"text\",\"topics\":1,\"ndcg10\":0.6131471927654585,\"recall100\":0.5,\"mrr\":1.0,\"map\":0.5}\n");
  }

  @Test
  void numbersThatMeanAnotherThingSaySo() {
    finds("text", "no node gave a vector", "other.txt");

    assertThat(eval().err())
        .contains("1 topic not searched by 'hybrid': no node gave a vector")
        .contains("No document that was found is named in the judgements");
  }

  @Test
  void filesThatCannotBeMeasuredWithAreNamed() throws IOException {
    Outcome gone = run("eval", folder.resolve("gone").toString(), "x", "--collection=moss");
    assertThat(gone.exit()).isEqualTo(4);
    assertThat(gone.err())
        .isEqualTo(
            "Expected a file '%s', but it does not exist. Nothing was measured.\n"
                .formatted(folder.resolve("gone")));

    Files.writeString(folder.resolve("qrels"), "7 0 b 1\n");
    Outcome strange = eval();
    assertThat(strange.exit()).isEqualTo(1);
    assertThat(strange.err())
        .isEqualTo(
            "Expected judgements for some of the 2 topics, but there are none; check that both name"
                + " their topics alike.\n");

    Files.writeString(folder.resolve("topics"), "moss");
    assertThat(eval().err()).startsWith("Expected TREC topics in '").endsWith("measured.\n");
  }

  private void finds(String mode, @Nullable String note, String... paths) {
    String hits =
        Stream.of(paths)
            .map("{\"path\":\"%s\",\"sha256\":\"s\",\"score\":1,\"passages\":[]}"::formatted)
            .collect(Collectors.joining(","));
    broker.on(
        CALL,
        200,
        "{\"collection\":\"moss\",\"generation\":1,\"mode\":\"%s\",%s\"millis\":1,\"hits\":[%s]}"
            .formatted(mode, note == null ? "" : "\"note\":\"" + note + "\",", hits));
  }

  private Outcome eval(String... options) {
    return run(
        Stream.concat(
                Stream.of(
                    "eval",
                    folder.resolve("topics").toString(),
                    folder.resolve("qrels").toString(),
                    "--collection=moss"),
                Stream.of(options))
            .toArray(String[]::new));
  }

  private Outcome run(String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = "--broker=" + broker.url();
    return new CommandLineUnderTest(folder).run(all);
  }
}
