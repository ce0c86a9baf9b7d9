package org.mycoswarm.cli.command;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.folder.Download;
import picocli.CommandLine.Command;
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

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Writes there; the file appears whole or not at all.")
  private @Nullable Path output;

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
    try (BrokerClient client = root.client()) {
      if (output == null) {
        client.copy(path, () -> StandardOutput.of(root.surroundings()));
      } else {
        Download.to(client, path, output);
      }
    }
    return 0;
  }
}
