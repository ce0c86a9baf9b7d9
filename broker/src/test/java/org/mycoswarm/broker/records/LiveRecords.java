package org.mycoswarm.broker.records;

import java.time.Clock;
import org.mycoswarm.queue.domain.Decider;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.engine.QueueWriter;
import org.mycoswarm.queue.engine.Replay;
import org.mycoswarm.queue.engine.WriterThread;
import org.mycoswarm.queue.log.LogCursor;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.json.JsonEventCodec;
import org.mycoswarm.queue.log.memory.InMemoryEventLog;

/// Records over the real engine, with a log in memory that survives [#restart].
public final class LiveRecords implements AutoCloseable {
  private final JsonEventCodec codec = new JsonEventCodec();
  private final Limits limits;
  private InMemoryEventLog log = InMemoryEventLog.create();
  private WriterThread thread;
  private Records records;

  public LiveRecords() {
    this(Limits.DEFAULT);
  }

  LiveRecords(Limits limits) {
    this.limits = limits;
    open();
  }

  public Records records() {
    return records;
  }

  /// The process is killed, and another one goes on with what is on the disk.
  public Records restart() {
    thread.close();
    log = log.cutPower();
    open();
    return records;
  }

  /// How many entries the log has.
  public long entries() {
    long entries = 0;
    try (LogCursor cursor = log.read(LogPosition.START)) {
      while (cursor.next() != null) {
        entries++;
      }
    }
    return entries;
  }

  private void open() {
    var state = Replay.upTo(log.durable(), log, codec, limits).state();
    RecordsInMemory memory = new RecordsInMemory(state.allRecords());
    QueueWriter writer =
        new QueueWriter(
            log,
            codec,
            new Decider(limits),
            state,
            Clock.systemUTC(),
            QueueWriter.Size.DEFAULT,
            memory);
    thread = new WriterThread(writer, _ -> {});
    thread.start();
    records = new Records(memory, writer::submit);
  }

  @Override
  public void close() {
    thread.close();
    log.close();
  }
}
