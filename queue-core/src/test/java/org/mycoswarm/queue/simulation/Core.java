package org.mycoswarm.queue.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.mycoswarm.queue.domain.Ask;
import org.mycoswarm.queue.domain.Command;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.QueueView;
import org.mycoswarm.queue.domain.Task;
import org.mycoswarm.queue.engine.Answer;
import org.mycoswarm.queue.engine.LeaseDeadlines;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogPosition;

/// What the simulation uses of a broker: the queue behind its HTTP interface. Together with
/// [Orders] the only place that knows how the queue is put together.
interface Core {
  CompletableFuture<Answer> submit(Command command);

  /// A node asks for work, and waits for it.
  CompletableFuture<Answer> lease(Ask ask, Duration wait);

  /// Takes one turn of the writer.
  ///
  /// @return how many letters were taken
  int turn() throws InterruptedException;

  LeaseDeadlines.Renewal renew(NodeId node, List<LeaseId> leases);

  /// One tick of the timekeeper.
  ///
  /// @return leases to expire, until they have
  List<LeaseId> tick();

  /// These leases were expired.
  void expired(List<LeaseId> leases);

  /// What a projection reads.
  List<LogEntry> entriesAfter(LogPosition after, int entriesMax) throws InterruptedException;

  /// By the broker's clock.
  Instant now();

  /// The state between two turns.
  QueueView view();

  /// The leases that the state holds.
  Stream<Task.Leased> leases();

  /// Whether a node that asked now would get something.
  boolean wouldLease(Ask ask);

  /// Takes a snapshot if enough happened since the last.
  void takeSnapshot(int entriesSince);

  /// Compares the live state with what the log replays to, from its first entry on.
  ///
  /// @return the first difference, or nothing
  String differenceFromReplay();

  /// Compares the live state with the newest snapshot and the entries after it.
  ///
  /// @return the first difference, or nothing
  String differenceFromSnapshot();
}
