package org.mycoswarm.cli.command;

import java.util.concurrent.Callable;
import org.mycoswarm.cli.client.BrokerClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "results",
    header = "Prints or downloads the vectors of a job.",
    description = {
      "Prints the vectors of a job that has ended, or writes them into a file.",
      "",
      "jsonl: a line for each chunk, with the document's path and hash, the chunk's place and text,",
      "the model and the vector. npy: all vectors as one NumPy matrix. index: the lines without the",
      "vectors, in the order of the matrix' rows."
    },
    footer = {
      "%nExamples:",
      "  ./mycoswarm results JOB | head -n 1",
      "  ./mycoswarm results JOB --format npy -o vectors.npy"
    })
final class ResultsCommand implements Callable<Integer> {
  private final Mycoswarm root;

  @Mixin private final OutputOption output = new OutputOption();

  @Option(
      names = "--format",
      paramLabel = "jsonl|npy|index",
      description = "Default: ${DEFAULT-VALUE}")
  private Format format = Format.jsonl;

  @Option(names = "--partial", description = "What is there already, of a job that still runs.")
  private boolean partial;

  @Parameters(paramLabel = "JOB", description = "The job's id.")
  private String job = "";

  /// The words of the API.
  enum Format {
    jsonl,
    npy,
    index
  }

  ResultsCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    String path =
        "/api/v1/jobs/%s/results?format=%s%s"
            .formatted(BrokerClient.segment(job), format, partial ? "&partial=true" : "");
    output.fetch(root, path, format == Format.npy);
    return 0;
  }
}
