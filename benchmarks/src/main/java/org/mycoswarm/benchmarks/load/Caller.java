package org.mycoswarm.benchmarks.load;

import java.io.IOException;
import java.sql.SQLException;

/// One connection of one caller, which has one call under way at a time. Not thread-safe.
public interface Caller extends AutoCloseable {
  /// Submits tasks in one request, and returns when they are as durable as the contender says.
  void submit(int tasks) throws Exception;

  /// Submits one task that a worker is waiting for.
  default void submitToWaiting() throws Exception {
    submit(1);
  }

  /// Leases up to `batch` tasks and completes as many.
  ///
  /// @return how many were completed; 0 when the queue is empty
  int work(int batch) throws Exception;

  /// Waits until a task comes, and leases it.
  void take() throws Exception;

  /// Completes what [#take] leased.
  void finish() throws Exception;

  /// Gives back or completes what is still leased, and ends the connection.
  @Override
  void close() throws IOException, SQLException;
}
