package org.mycoswarm.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.cli.output.SearchPage;
import org.mycoswarm.schema.wire.SearchAnswer;
import org.mycoswarm.schema.wire.SearchRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "ask",
    header = "Finds the passages that answer a question.",
    description = {
      "Finds the passages that answer a question. An answer in sentences needs a node that offers the",
      "task kind 'generate'; no node can yet, so this shows the passages it would be made from, says what",
      "is missing, and ends with 1."
    })
final class AskCommand implements Callable<Integer> {
  private static final int PASSAGES = 5;

  private final Mycoswarm root;

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
    try (BrokerClient client = root.client()) {
      JsonNode answer =
          SearchCommand.search(
              client,
              name,
              new SearchRequest(
                  String.join(" ", words), null, PASSAGES, null, null, null, null, null));
      SearchPage.print(out, Wire.read(answer, SearchAnswer.class));
    }
    throw new CommandFailed(
        ExitCode.FAILURES,
        "Expected a node that offers 'generate', but none does; above are the passages an answer would be made from.");
  }
}
