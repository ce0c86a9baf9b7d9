package org.mycoswarm.cli.command;

import java.util.concurrent.Callable;
import org.mycoswarm.cli.client.BrokerClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "export",
    header = "Writes what a collection serves, a row a chunk.",
    description = {
      "Writes what a collection serves, a row a chunk, in the order of the paths. jsonl: lines of",
      "JSON with their vectors. parquet: the same columns. npy: the vectors alone, for NumPy.",
      "index: the lines of that matrix, without vectors."
    },
    footer = {
      "%nExample:",
      "  ./mycoswarm collections export notes --format parquet -o notes.parquet"
    })
final class CollectionExportCommand implements Callable<Integer> {
  private final Mycoswarm root;

  @Parameters(paramLabel = "NAME", description = "The collection.")
  private String name = "";

  @Option(
      names = "--format",
      paramLabel = "jsonl|npy|index|parquet",
      description = "Default: ${DEFAULT-VALUE}")
  private Format format = Format.jsonl;

  @Mixin private final OutputOption output = new OutputOption();

  /// The words of the API.
  enum Format {
    jsonl,
    npy,
    index,
    parquet
  }

  CollectionExportCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    String path = "/api/v1/collections/" + BrokerClient.segment(name) + "/export?format=" + format;
    output.fetch(root, path, format == Format.npy || format == Format.parquet);
    return 0;
  }
}
