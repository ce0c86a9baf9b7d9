package org.mycoswarm.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.BooleanSupplier;
import org.mycoswarm.cli.client.JobFollower;
import org.mycoswarm.schema.wire.JobView;

/// Shows how far a job is. For one thread.
public final class JobProgress implements JobFollower.Watcher {
  private final Progress progress;
  private final int files;
  private final BooleanSupplier stopping;

  /// @param files how many the job has to embed; 0 when that is not known
  /// @param stopping whether the broker is being stopped: then it is no news that it is gone
  public JobProgress(Progress progress, int files, BooleanSupplier stopping) {
    this.progress = progress;
    this.files = files;
    this.stopping = stopping;
  }

  @Override
  public void entry(JsonNode entry) {
    // the state says it all
  }

  @Override
  public void state(JobView job) {
    progress.show(fraction(job), words(job));
  }

  @Override
  public void notice(String sentence) {
    if (!stopping.getAsBoolean()) {
      progress.say(sentence);
    }
  }

  /// Reading a document adds embedding tasks, so counting tasks would let the bar run backwards.
  /// With the number of files known, the chunks still to come are estimated from those that came.
  private double fraction(JobView job) {
    JobView.TaskCounts tasks = job.tasks();
    if (!job.state().equals("running")) {
      return 1;
    }
    long read = job.totals().getOrDefault("files", 0L);
    long chunks = job.totals().getOrDefault("chunks", 0L);
    if (files > 0 && read > 0 && chunks > 0) {
      double expected = (double) chunks * Math.max(files, read) / read;
      return Math.min(0.99, job.totals().getOrDefault("vectors", 0L) / expected);
    }
    int ended = tasks.succeeded() + tasks.buried() + tasks.cancelled();
    return tasks.total() == 0 ? 0 : (double) ended / tasks.total();
  }

  private String words(JobView job) {
    JobView.TaskCounts tasks = job.tasks();
    StringBuilder words = new StringBuilder();
    if (job.kind().equals("embed-folder")) {
      words.append(Figures.number(job.totals().getOrDefault("files", 0L)));
      words.append(files > 0 ? " of " + Figures.count(files, "file") : " files");
      words.append(" read, ").append(Figures.count(total(job, "chunks"), "chunk"));
      words.append(", ").append(Figures.count(total(job, "vectors"), "vector"));
    } else {
      words.append(tasks.succeeded()).append(" of ").append(Figures.count(tasks.total(), "task"));
    }
    if (tasks.buried() > 0) {
      words.append(", ").append(tasks.buried()).append(" failed");
    }
    return words.append(job.state().equals("running") ? "" : ", " + job.state()).toString();
  }

  private static long total(JobView job, String unit) {
    return job.totals().getOrDefault(unit, 0L);
  }
}
