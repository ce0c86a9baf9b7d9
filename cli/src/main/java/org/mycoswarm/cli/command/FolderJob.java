package org.mycoswarm.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.JobFollower;
import org.mycoswarm.cli.folder.FolderUpload;
import org.mycoswarm.cli.folder.FolderWalk;
import org.mycoswarm.cli.output.Figures;
import org.mycoswarm.cli.output.JobProgress;
import org.mycoswarm.cli.output.Progress;
import org.mycoswarm.schema.wire.EmbedFolder;
import org.mycoswarm.schema.wire.JobView;
import org.mycoswarm.schema.wire.LimitsView;
import org.mycoswarm.schema.wire.SubmitRequest;

/// Uploads a folder, submits it as one job and follows it. For one thread.
final class FolderJob {
  private final BrokerClient client;
  private final Progress progress;
  private final Duration patience;
  private final BooleanSupplier stopping;

  /// @param patience how long the broker may be away once it has answered
  /// @param stopping whether the broker is being stopped
  FolderJob(BrokerClient client, Progress progress, Duration patience, BooleanSupplier stopping) {
    this.client = client;
    this.progress = progress;
    this.patience = patience;
    this.stopping = stopping;
  }

  /// What a person asked for; absent means that the broker decides.
  record Wishes(
      @Nullable String name,
      @Nullable String model,
      @Nullable Integer chunkTokens,
      @Nullable Integer overlapTokens,
      @Nullable String key) {}

  record Submitted(JobView job, int files) {}

  Submitted submit(Path folder, Wishes wishes) {
    LimitsView limits = client.get("/api/v1/limits", LimitsView.class);
    BrokerClient patient = client.patient(patience);
    FolderUpload.Uploaded uploaded =
        new FolderUpload(patient, limits.documentBytesMax(), progress).upload(walk(folder));
    progress.finish();
    progress.say(
        "Uploaded %s (%s) from %s; left out %s."
            .formatted(
                Figures.count(uploaded.files(), "file"),
                Figures.bytes(uploaded.bytes()),
                folder,
                Figures.number(uploaded.skipped().size())));
    SubmitRequest request =
        new SubmitRequest(
            wishes.name() == null ? nameOf(folder) : wishes.name(),
            new EmbedFolder(
                uploaded.manifest(), wishes.model(), wishes.chunkTokens(), wishes.overlapTokens()),
            null);
    String key = wishes.key() == null ? UUID.randomUUID().toString() : wishes.key();
    return new Submitted(patient.submit(request, key), uploaded.files());
  }

  JobView await(Submitted submitted) {
    progress.say("Job " + submitted.job().job());
    return new JobFollower(
            client,
            submitted.job().job(),
            null,
            patience,
            new JobProgress(progress, submitted.files(), stopping))
        .follow();
  }

  private static FolderWalk walk(Path folder) {
    try {
      return FolderWalk.of(folder);
    } catch (IOException e) {
      throw new CommandFailed(
          ExitCode.NOT_FOUND,
          "Expected to read the folder '%s', but that failed (%s). Nothing was submitted."
              .formatted(folder, e));
    }
  }

  private static String nameOf(Path folder) {
    Path name = folder.toAbsolutePath().normalize().getFileName();
    return name == null ? "/" : name.toString();
  }
}
