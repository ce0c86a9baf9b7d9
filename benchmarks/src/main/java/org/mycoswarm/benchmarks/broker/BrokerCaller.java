package org.mycoswarm.benchmarks.broker;

import java.io.IOException;
import java.util.List;
import java.util.Queue;
import org.mycoswarm.benchmarks.load.Caller;
import org.mycoswarm.benchmarks.load.Prepared;

/// A caller of our broker: submits jobs, and works as a node of its own. Its call for work reports
/// what it leased before and leases the next, which is what nodes do.
final class BrokerCaller implements Caller {
  private static final int PARKED_SECONDS = 20;

  private final HttpConnection connection;
  private final String node;
  private final Prepared single;
  private final Prepared bulk;
  private final Queue<String> jobs;
  private List<String> held = List.of();

  /// @param jobs where jobs of many tasks are noted, to be cancelled when the round is over
  BrokerCaller(
      HttpConnection connection, String node, Prepared single, Prepared bulk, Queue<String> jobs) {
    this.connection = connection;
    this.node = node;
    this.single = single;
    this.bulk = bulk;
    this.jobs = jobs;
  }

  @Override
  public void submit(int tasks) throws IOException {
    if (tasks == 1) {
      connection.call(single.next());
    } else {
      jobs.add(Answers.job(connection.call(bulk.next())));
    }
  }

  @Override
  public int work(int batch) throws IOException {
    if (held.isEmpty()) {
      call(batch, 0);
    }
    int reported = held.size();
    if (reported > 0) {
      call(batch, 0);
    }
    return reported;
  }

  @Override
  public void take() throws IOException {
    call(1, PARKED_SECONDS);
    if (held.isEmpty()) {
      throw new IOException("Expected a task within %d s, but none came".formatted(PARKED_SECONDS));
    }
  }

  @Override
  public void finish() throws IOException {
    call(0, 0);
  }

  @Override
  public void close() throws IOException {
    try (connection) {
      if (!held.isEmpty()) {
        finish();
      }
    }
  }

  private void call(int want, int waitSeconds) throws IOException {
    byte[] request = Requests.work(node, held, want, waitSeconds);
    held = List.of(); // whatever comes back, these are not reported twice
    held = Answers.leases(connection.call(request));
  }
}
