package org.mycoswarm.cli.command;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.cli.folder.FolderUpload;
import org.mycoswarm.cli.folder.FolderWalk;
import org.mycoswarm.cli.output.Figures;
import org.mycoswarm.cli.output.Progress;
import org.mycoswarm.cli.output.RunSummary;
import org.mycoswarm.schema.wire.IndexRequest;
import org.mycoswarm.schema.wire.LimitsView;
import org.mycoswarm.schema.wire.RunReport;
import org.mycoswarm.schema.wire.RunView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "index",
    header = "Makes a folder searchable, or brings its collection up to date.",
    description = {
      "Makes a folder searchable, or brings its collection up to date: what was added, changed, moved or",
      "removed in the folder is so in the collection afterwards, and nothing is embedded twice.",
      "",
      "A broker on this machine reads the folder itself, tonight too; to another one it is uploaded.",
      "Hidden files and symbolic links are left out. A file that cannot be read costs no other file: the",
      "report names it, and an older form of it stays findable."
    },
    footer = {
      "%nExamples:",
      "  ./mycoswarm index ~/notes --into notes",
      "  ./mycoswarm index --into notes                # the same folder again",
      "  ./mycoswarm search notes 'when is the heating serviced?'"
    })
final class IndexCommand implements Callable<Integer> {
  private final Mycoswarm root;

  @Option(
      names = "--into",
      paramLabel = "NAME",
      required = true,
      description = "The collection; it is made when there is none of that name.")
  private String collection = "";

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "Name or digest of the embedding model. Another one than before builds a new generation beside the one that serves.")
  private @Nullable String model;

  @Option(
      names = "--chunk-tokens",
      paramLabel = "N",
      description = "Largest chunk, in the model's own tokens. Default: as before, or 200.")
  private @Nullable Integer chunkTokens;

  @Option(
      names = "--overlap-tokens",
      paramLabel = "N",
      description = "What a chunk repeats of the one before it at most. Default: as before, or 20.")
  private @Nullable Integer overlapTokens;

  @Option(
      names = "--audit",
      description = "Reads every file again instead of trusting sizes and times.")
  private boolean audit;

  @Option(
      names = "--allow-empty",
      description = "Lets a folder without files empty the collection.")
  private boolean allowEmpty;

  @Option(names = "--upload", description = "Uploads the folder also to a broker on this machine.")
  private boolean upload;

  @Option(names = "--detach", description = "Prints the run's id and does not wait.")
  private boolean detach;

  @Parameters(
      arity = "0..1",
      paramLabel = "FOLDER",
      description = "The folder. Default: that of the run before.")
  private @Nullable Path folder;

  IndexCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintStream out = root.surroundings().out();
    try (BrokerClient client = root.client();
        Progress progress = root.progress()) {
      String path = "/api/v1/collections/" + BrokerClient.segment(collection);
      RunView run =
          Wire.read(client.post(path + "/runs", request(client, progress)), RunView.class);
      if (detach) {
        out.println(run.run());
        return 0;
      }
      RunView ended = new RunFollower(client.patient(EmbedCommand.PATIENCE), progress).follow(run);
      if (ended.state().equals("failed")) {
        throw new CommandFailed(ExitCode.FAILURES, String.valueOf(ended.reason()));
      }
      RunReport report =
          client.get(
              path + "/runs/" + BrokerClient.segment(ended.run()) + "/report", RunReport.class);
      RunSummary.print(out, report);
      return RunSummary.exitCode(report).code();
    }
  }

  private IndexRequest request(BrokerClient client, Progress progress) {
    Path wanted = folder;
    if (wanted == null) {
      return of(null, null);
    }
    if (!Files.isDirectory(wanted)) {
      throw new CommandFailed(
          ExitCode.NOT_FOUND,
          "Expected '%s' to be a folder, but %s. Nothing was started."
              .formatted(wanted, Files.exists(wanted) ? "it is none" : "it does not exist"));
    }
    return client.address().isThisMachine() && !upload
        ? of(wanted.toAbsolutePath().normalize().toString(), null)
        : of(null, uploaded(client, wanted, progress));
  }

  private IndexRequest of(@Nullable String folder, @Nullable String manifest) {
    return new IndexRequest(folder, manifest, model, chunkTokens, overlapTokens, audit, allowEmpty);
  }

  private static String uploaded(BrokerClient client, Path folder, Progress progress) {
    LimitsView limits = client.get("/api/v1/limits", LimitsView.class);
    FolderUpload.Uploaded uploaded =
        new FolderUpload(client.patient(EmbedCommand.PATIENCE), limits.documentBytesMax(), progress)
            .upload(walk(folder));
    progress.finish();
    progress.say(
        "Uploaded %s (%s) from %s."
            .formatted(
                Figures.count(uploaded.files(), "file"), Figures.bytes(uploaded.bytes()), folder));
    return uploaded.manifest();
  }

  private static FolderWalk walk(Path folder) {
    try {
      return FolderWalk.of(folder);
    } catch (IOException e) {
      throw new CommandFailed(
          ExitCode.NOT_FOUND,
          "Expected to read the folder '%s', but that failed (%s). Nothing was started."
              .formatted(folder, e));
    }
  }
}
