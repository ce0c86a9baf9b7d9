package org.mycoswarm.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.BrokerRefused;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.cli.output.AnswerPage;
import org.mycoswarm.cli.output.SearchPage;
import org.mycoswarm.schema.wire.AskAnswer;
import org.mycoswarm.schema.wire.AskRequest;
import org.mycoswarm.schema.wire.SearchAnswer;
import org.mycoswarm.schema.wire.SearchRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "ask",
    header = "Answers a question from the documents of a collection.",
    description = {
      "Answers a question from the documents of a collection: finds the passages, has a model read them,",
      "and names those that the answer comes from, with file, heading, page and lines. The model is one",
      "that a node offers, or one that runs over several. While there is none, the passages are shown, and",
      "what is missing; it ends with 1 then."
    },
    footer = {
      "%nExamples:",
      "  ./mycoswarm ask notes 'when is the heating serviced?'",
      "  ./mycoswarm ask notes --model llama3.2:3b --path 'house/**' 'who repairs the boiler?'"
    })
final class AskCommand implements Callable<Integer> {
  private static final int PASSAGES = 5;
  private static final int UNAVAILABLE = 503;

  private final Mycoswarm root;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "Name or digest of the model that answers. Default: the fastest there is.")
  private @Nullable String model;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Passages that it reads at most, 1 to 20. Default: 6.")
  private @Nullable Integer limit;

  @Option(
      names = "--path",
      paramLabel = "PATTERN",
      description = "Only files whose path matches: * within a folder, ** across folders.")
  private @Nullable String path;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Tokens of the answer at most, 1 to 4096. Default: 512.")
  private @Nullable Integer tokensMax;

  @Option(names = "--json", description = "Prints the API's own JSON.")
  private boolean json;

  @Parameters(index = "0", paramLabel = "NAME", description = "The collection.")
  private String name = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "QUESTION",
      description = "The question.")
  private List<String> words = List.of();

  AskCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    PrintStream out = root.surroundings().out();
    String question = String.join(" ", words);
    try (BrokerClient client = root.client()) {
      JsonNode answer;
      try {
        answer =
            client.postLong(
                "/api/v1/collections/" + BrokerClient.segment(name) + "/ask",
                new AskRequest(question, model, limit, path, null, tokensMax));
      } catch (BrokerRefused e) {
        throw e.status() == UNAVAILABLE ? passagesOnly(client, question, e) : e;
      }
      if (json) {
        out.println(Wire.pretty(answer));
      } else {
        AnswerPage.print(out, Wire.read(answer, AskAnswer.class));
      }
    }
    return 0;
  }

  /// Shows what an answer would be made from.
  private CommandFailed passagesOnly(BrokerClient client, String question, BrokerRefused why) {
    JsonNode found =
        SearchCommand.search(
            client,
            name,
            new SearchRequest(question, null, PASSAGES, path, null, null, null, null));
    SearchPage.print(root.surroundings().out(), Wire.read(found, SearchAnswer.class));
    return new CommandFailed(
        ExitCode.FAILURES,
        "%s. Above are the passages an answer would be made from."
            .formatted(String.valueOf(why.getMessage()).replaceAll("\\.$", "")));
  }
}
