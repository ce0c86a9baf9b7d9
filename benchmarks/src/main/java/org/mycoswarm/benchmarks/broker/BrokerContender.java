package org.mycoswarm.benchmarks.broker;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.mycoswarm.benchmarks.load.Caller;
import org.mycoswarm.benchmarks.load.CallerContender;
import org.mycoswarm.benchmarks.load.Durability;
import org.mycoswarm.benchmarks.load.Load;
import org.mycoswarm.benchmarks.load.Prepared;
import org.mycoswarm.benchmarks.load.Row;

/// Our broker. Every answer comes after its sync; it has no other way.
public final class BrokerContender extends CallerContender {
  public static final String NAME = "mycoSwarm";

  private static final String KIND = "bench";
  private static final int DRAIN_CALLERS = 4;

  /// One entry of the log speaks of so many tasks at most.
  private static final int DRAIN_BATCH = 200;

  private static final int DRAIN_SECONDS = 300;

  private final RunningBroker broker;
  private final Prepared single = Prepared.of(256, i -> Requests.submit(i, 1, _ -> KIND));
  private final Prepared bulk =
      Prepared.of(8, i -> Requests.submit(i * 500, Row.BULK.batch(), _ -> KIND));
  private final Queue<String> jobs = new ConcurrentLinkedQueue<>();

  public BrokerContender(RunningBroker broker) {
    this.broker = broker;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String version() {
    return ""; // the commit says it
  }

  @Override
  public boolean compilesItself() {
    return true;
  }

  @Override
  public Durability durability() {
    return Durability.SYNCED;
  }

  @Override
  protected Caller open(int number) throws IOException {
    HttpConnection connection = broker.connect();
    String node = "bench-" + number;
    connection.call(Requests.register(node, List.of(KIND)));
    return new BrokerCaller(
        connection, node, single.from(16 * number), bulk.from(2 * number), jobs);
  }

  /// Cancels jobs of many tasks, and takes single tasks out.
  @Override
  public void clear() throws Exception {
    try (HttpConnection connection = broker.connect()) {
      for (String job = jobs.poll(); job != null; job = jobs.poll()) {
        connection.call(Requests.cancel(job));
      }
    }
    takeOut(Long.MAX_VALUE);
  }

  /// Leases and completes so many tasks, give or take what its callers hold at the end; or all that
  /// there are.
  void takeOut(long tasks) throws Exception {
    List<Caller> callers = new ArrayList<>();
    for (int i = 0; i < DRAIN_CALLERS; i++) {
      callers.add(open(i));
    }
    Load.Step work = caller -> caller.work(DRAIN_BATCH);
    Load.run(callers, Load.upTo(tasks, DRAIN_BATCH, work), DRAIN_SECONDS);
    for (Caller caller : callers) {
      caller.close();
    }
  }

  RunningBroker broker() {
    return broker;
  }

  @Override
  public double serverCpuSeconds() throws IOException {
    return broker.process().cpuSeconds();
  }

  @Override
  public void close() {
    broker.close();
  }
}
