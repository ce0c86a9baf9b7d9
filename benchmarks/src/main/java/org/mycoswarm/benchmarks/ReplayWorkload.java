package org.mycoswarm.benchmarks;

import java.nio.file.Path;
import java.util.List;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.engine.Replay;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.chronicle.ChronicleEventLog;
import org.mycoswarm.queue.log.chronicle.LogSettings;
import org.mycoswarm.queue.log.json.JsonEventCodec;

/// Opening a log (which checks all of it) and rebuilding the state from it, as a broker does when
/// it starts.
record ReplayWorkload(Path folder) implements Workload {
  @Override
  public String name() {
    return "start: check the log and replay it";
  }

  @Override
  public List<String> units() {
    return List.of("entries/s", "seconds");
  }

  @Override
  public double[] round() {
    long start = System.nanoTime();
    try (ChronicleEventLog log =
        ChronicleEventLog.open(folder, LogPosition.START, LogSettings.DEFAULT)) {
      Replay.upTo(log.durable(), log, new JsonEventCodec(), Limits.DEFAULT);
      double seconds = (System.nanoTime() - start) / 1e9;
      return new double[] {log.durable().value() / seconds, seconds};
    }
  }
}
