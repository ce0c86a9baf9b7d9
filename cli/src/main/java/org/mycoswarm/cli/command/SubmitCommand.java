package org.mycoswarm.cli.command;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.BulkAnswer;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.cli.folder.LinesToSend;
import org.mycoswarm.cli.output.BulkReport;
import org.mycoswarm.cli.output.Progress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "submit",
    header = "Submits tasks by the hundred thousand.",
    description = {
      "Submits tasks of any kind, a JSON object a line, in one request. Each chunk of lines becomes",
      "one job, or nothing of it does; `after` counts within a chunk. It does not wait for the jobs.",
      "",
      "Under the same key a repeat submits only what is missing, also after a crash on either side."
    },
    footer = {
      "%nExamples:",
      "  ./mycoswarm submit tasks.ndjson --key night-42",
      "  make-tasks | ./mycoswarm submit - --name pages --priority 2"
    })
final class SubmitCommand implements Callable<Integer> {
  private final Mycoswarm root;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description =
          "A repeat with the same key submits nothing twice; the jobs are found by it. Default: a new one each time.")
  private @Nullable String key;

  @Option(
      names = "--name",
      description =
          "What you call the jobs; each gets its chunk's number. Default: the file's name.")
  private @Nullable String name;

  @Option(names = "--submitter", description = "Whose fair share they count for. Default: anyone.")
  private @Nullable String submitter;

  @Option(
      names = "--priority",
      paramLabel = "0-9",
      description = "The higher goes first. Default: 4.")
  private @Nullable Integer priority;

  @Option(
      names = "--on-failure",
      paramLabel = "continue|fail-fast|N",
      description =
          "What a buried task means for its job; N ends it as failed when more than N percent are buried. Default: continue.")
  private @Nullable String onFailure;

  @Option(
      names = "--deadline",
      paramLabel = "SECONDS",
      description = "A job that has not ended by then is ended as failed. Default: none.")
  private @Nullable Double deadline;

  @Option(
      names = "--chunk-lines",
      paramLabel = "N",
      description = "Lines in a chunk, which is one job; a repeat needs the same. Default: 1000.")
  private @Nullable Integer chunkLines;

  @Option(names = "--items", description = "With --json: names each line's task.")
  private boolean items;

  @Option(names = "--json", description = "Prints the API's own JSON, a line for each chunk.")
  private boolean json;

  @Parameters(paramLabel = "FILE", description = "A task a line; - reads standard input.")
  private Path file = Path.of("-");

  SubmitCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    String known = key == null ? UUID.randomUUID().toString() : key;
    BulkAnswer answer;
    try (LinesToSend lines = lines();
        BrokerClient client = root.client();
        Progress progress = root.progress()) {
      if (lines.isEmpty()) {
        throw nothing();
      }
      progress.say("Key " + known);
      answer =
          client.patient(EmbedCommand.PATIENCE).submitLines(path(), lines.body(progress), known);
    }
    print(answer);
    return BulkReport.exitCode(answer).code();
  }

  private LinesToSend lines() {
    return isStandardInput() ? LinesToSend.of(root.surroundings().in()) : LinesToSend.of(file);
  }

  private boolean isStandardInput() {
    return file.toString().equals("-");
  }

  private String path() {
    return Stream.of(
            parameter("name", name == null && !isStandardInput() ? nameOf(file) : name),
            parameter("submitter", submitter),
            parameter("priority", priority),
            parameter("onFailure", onFailure),
            parameter("deadlineSeconds", deadline),
            parameter("chunkLines", chunkLines),
            parameter("items", items ? true : null))
        .filter(parameter -> !parameter.isEmpty())
        .collect(Collectors.joining("&", "/api/v1/jobs/bulk?", ""));
  }

  private static String nameOf(Path file) {
    return file.getFileName().toString().replaceFirst("\\.[^.]*$", "");
  }

  private static String parameter(String name, @Nullable Object value) {
    return value == null ? "" : name + "=" + BrokerClient.segment(value.toString());
  }

  private void print(BulkAnswer answer) {
    PrintStream out = root.surroundings().out();
    if (json) {
      answer.chunks().forEach(chunk -> out.println(Wire.line(chunk)));
      out.println(Wire.line(answer.summary()));
      return;
    }
    if (answer.chunks().isEmpty()) {
      throw nothing();
    }
    BulkReport.print(out, root.surroundings().err(), answer);
  }

  private CommandFailed nothing() {
    return new CommandFailed(
        ExitCode.FAILURES,
        "Expected a task a line in %s, but there is none. Nothing was submitted."
            .formatted(isStandardInput() ? "standard input" : "'" + file + "'"));
  }
}
