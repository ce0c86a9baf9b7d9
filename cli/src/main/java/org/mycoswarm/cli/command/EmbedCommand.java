package org.mycoswarm.cli.command;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.output.JobSummary;
import org.mycoswarm.cli.output.Progress;
import org.mycoswarm.schema.wire.JobReport;
import org.mycoswarm.schema.wire.JobView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "embed",
    header = "Embeds every document of a folder.",
    description = {
      "Embeds every document of a folder: uploads it, submits one job, waits for its end.",
      "",
      "Hidden files and folders and symbolic links are left out; each is named in the report with the",
      "reason, as is every file that is no text, Markdown or HTML. None of them makes the job fail."
    },
    footer = {
      "%nExamples:",
      "  ./mycoswarm embed ~/notes",
      "  ./mycoswarm embed ~/notes --detach",
      "  ./mycoswarm embed ~/notes --key notes-2026-11   # twice: still one job"
    })
final class EmbedCommand implements Callable<Integer> {
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Mycoswarm root;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "Name or digest of the embedding model. Default: the broker's light one.")
  private @Nullable String model;

  @Option(names = "--name", description = "What you call the job. Default: the folder's name.")
  private @Nullable String name;

  @Option(
      names = "--chunk-tokens",
      paramLabel = "N",
      description = "Largest chunk, in the model's own tokens. Default: the broker's, 200.")
  private @Nullable Integer chunkTokens;

  @Option(
      names = "--overlap-tokens",
      paramLabel = "N",
      description = "What a chunk repeats of the one before it at most. Default: the broker's, 20.")
  private @Nullable Integer overlapTokens;

  @Option(
      names = "--wait",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Waits for the job's end. This is the default.")
  private boolean wait;

  @Option(names = "--detach", description = "Prints the job's id and does not wait.")
  private boolean detach;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "A repeat with the same key gives the same job. Default: a new one each time.")
  private @Nullable String key;

  @Parameters(paramLabel = "FOLDER", description = "The folder with the documents.")
  private Path folder = Path.of("");

  EmbedCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    if (!Files.isDirectory(folder)) {
      throw new CommandFailed(
          ExitCode.NOT_FOUND,
          "Expected '%s' to be a folder, but %s. Nothing was submitted."
              .formatted(folder, Files.exists(folder) ? "it is none" : "it does not exist"));
    }
    PrintStream out = root.surroundings().out();
    try (BrokerClient client = root.client();
        Progress progress = root.progress()) {
      FolderJob job = new FolderJob(client, progress, PATIENCE, () -> false);
      FolderJob.Submitted submitted =
          job.submit(folder, new FolderJob.Wishes(name, model, chunkTokens, overlapTokens, key));
      if (detach || !wait) {
        out.println(submitted.job().job());
        return 0;
      }
      JobView ended = job.await(submitted);
      progress.finish();
      JobSummary.print(out, ended);
      JobSummary.print(
          out,
          client.get(
              "/api/v1/jobs/" + BrokerClient.segment(ended.job()) + "/report", JobReport.class));
      out.println("Results: ./mycoswarm results " + ended.job());
      return JobSummary.exitCode(ended).code();
    }
  }
}
