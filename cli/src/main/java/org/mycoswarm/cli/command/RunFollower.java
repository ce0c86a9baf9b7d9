package org.mycoswarm.cli.command;

import java.time.Duration;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.output.Figures;
import org.mycoswarm.cli.output.Progress;
import org.mycoswarm.schema.wire.RunView;

/// Shows how far a run is, until it ends. For one thread.
final class RunFollower {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(1);

  private final BrokerClient client;
  private final Progress progress;

  RunFollower(BrokerClient client, Progress progress) {
    this.client = client;
    this.progress = progress;
  }

  RunView follow(RunView begun) throws InterruptedException {
    String path =
        "/api/v1/collections/%s/runs/%s"
            .formatted(BrokerClient.segment(begun.collection()), BrokerClient.segment(begun.run()));
    RunView run = begun;
    Duration pause = FIRST_PAUSE;
    while (run.state().equals("running")) {
      show(run);
      Thread.sleep(pause);
      pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) < 0 ? pause.multipliedBy(2) : PAUSE_MAX;
      run = client.get(path, RunView.class);
    }
    progress.finish();
    return run;
  }

  private void show(RunView run) {
    RunView.Progress now = run.progress();
    if (now == null || now.stage().equals("scan")) {
      progress.show(0, "looking at the folder");
      return;
    }
    int all = now.documents() + now.chunksToEmbed();
    int done = now.documentsRead() + now.chunksEmbedded();
    progress.show(
        all == 0 ? 1 : (double) done / all,
        "%s of %s read, %s of %s embedded%s"
            .formatted(
                Figures.number(now.documentsRead()),
                Figures.count(now.documents(), "document"),
                Figures.number(now.chunksEmbedded()),
                Figures.count(now.chunksToEmbed(), "chunk"),
                now.secondsLeft() == null
                    ? ""
                    : ", about %s left"
                        .formatted(Figures.duration(Duration.ofSeconds(now.secondsLeft())))));
  }
}
