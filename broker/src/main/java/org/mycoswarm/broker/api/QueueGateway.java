package org.mycoswarm.broker.api;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.mycoswarm.queue.domain.Ask;
import org.mycoswarm.queue.domain.Command;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.NodeMode;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.engine.Answer;
import org.mycoswarm.queue.engine.LeaseDeadlines.Renewal;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.schema.wire.LogCheck;

/// All that the HTTP interface needs of the queue. Every method may be called by any thread and
/// blocks it; the threads here are virtual.
///
/// Commands end with [org.mycoswarm.queue.engine.MailboxFull] or
/// [org.mycoswarm.queue.engine.WriterStopped] when the queue cannot take them: nothing is known to
/// have happened then.
public interface QueueGateway {
  /// Gives commands to the writer, in this order and for the same sync, and waits until everything
  /// they rest on is on disk.
  ///
  /// @return one answer for each command
  List<Answer> submit(CommandId cause, List<Command> commands) throws InterruptedException;

  /// Waits until there is work for the node and leases it.
  ///
  /// @return accepted with no lease when there was no work within `wait`
  Answer lease(CommandId cause, Ask ask, Duration wait) throws InterruptedException;

  /// The node lives, and goes on with these leases.
  ///
  /// @return empty when the node never registered
  Optional<Renewal> renew(NodeId node, List<LeaseId> leases) throws InterruptedException;

  /// The node was heard of.
  void seen(NodeId node);

  /// The node said that it goes.
  void left(NodeId node);

  /// When the node was heard of last, since the broker started.
  Optional<Instant> lastSeen(NodeId node);

  /// Looks at the live state between two commands; what it rests on is durable when the answer
  /// comes. The question must be quick and must not keep the state.
  <T> T look(Function<QueueState, T> question) throws InterruptedException;

  /// Whether the node gets new leases; `active` when it never registered.
  NodeMode mode(NodeId node);

  /// The position of the last durable entry.
  LogPosition durable();

  /// The position of the first entry that the log still holds; 1 when nothing was dropped.
  LogPosition first();

  /// The next durable entries after a position, in order; none when none came within `wait`.
  List<LogEntry> entriesAfter(LogPosition after, Duration wait, int entriesMax)
      throws InterruptedException;

  /// An event as the log writes it: a JSON object with its stable name in `event`.
  String show(Event event);

  /// Rebuilds the state from the log beside the live one and compares them.
  LogCheck verify() throws InterruptedException;
}
