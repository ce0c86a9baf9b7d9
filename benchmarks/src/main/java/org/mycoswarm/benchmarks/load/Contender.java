package org.mycoswarm.benchmarks.load;

import java.io.IOException;

/// A queue that is measured: our broker or a peer. One thread at a time.
public interface Contender extends AutoCloseable {
  String name();

  /// Name and version of the program, as it says itself.
  String version() throws Exception;

  Durability durability();

  /// Whether server or client become faster while they run, because they are compiled meanwhile.
  /// Such get a longer first round, which is not counted.
  boolean compilesItself();

  /// Whether it has the row at all; a queue without batches has no row of batches.
  boolean runs(Row row);

  /// Puts tasks into the queue, for rows that take them out.
  void prepare(Row row, int seconds) throws Exception;

  Outcome run(Row row, int seconds) throws Exception;

  /// Empties the queue, so that every round starts with the same.
  void clear() throws Exception;

  /// Processor time that the server and its children have used up to now.
  double serverCpuSeconds() throws Exception;

  @Override
  void close() throws IOException;
}
