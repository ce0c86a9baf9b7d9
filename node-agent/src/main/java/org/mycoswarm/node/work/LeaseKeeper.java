package org.mycoswarm.node.work;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.node.client.BrokerLink;
import org.mycoswarm.node.client.BrokerProblem;
import org.mycoswarm.schema.wire.RenewAnswer;
import org.mycoswarm.schema.wire.RenewRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Renews the leases apart from the work, so that a long task never loses its lease, warns of those
/// that it cannot renew, and drops what is lost. Also the heartbeat of a node without work. Has its
/// own thread, and ends when that is interrupted.
final class LeaseKeeper implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);

  private final String node;
  private final BrokerLink link;
  private final HeldTasks tasks;
  private final Duration heartbeat;
  private final Consumer<@Nullable String> onMode;

  /// @param onMode told with every answer in which mode the broker has this node
  LeaseKeeper(
      String node,
      BrokerLink link,
      HeldTasks tasks,
      Duration heartbeat,
      Consumer<@Nullable String> onMode) {
    this.node = node;
    this.link = link;
    this.tasks = tasks;
    this.heartbeat = heartbeat;
    this.onMode = onMode;
  }

  @Override
  public void run() {
    try {
      // Counted from the start of a try: one that took long and failed is soon made again.
      long last = System.nanoTime();
      while (true) {
        tasks.awaitDue(last, heartbeat);
        last = System.nanoTime();
        renew(last);
        warn();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Tried once: when the broker is away, the next time comes soon enough, and with the leases of
  /// then.
  private void renew(long now) throws InterruptedException {
    RenewRequest request = new RenewRequest(tasks.leases());
    Duration within = tasks.renewalTime();
    try {
      RenewAnswer answer = link.once(broker -> broker.renew(node, request, within));
      tasks.renewed(answer.renewed(), now);
      onMode.accept(answer.mode());
      if (!answer.lost().isEmpty()) {
        LOG.info("Lost {}: somebody else may have these tasks now", answer.lost());
        tasks.drop(answer.lost());
      }
    } catch (IOException e) {
      LOG.debug("Leases not renewed: {}", e.getMessage());
    } catch (BrokerProblem e) {
      // A broker that does not know this node says so to the work loop too, which registers again.
      LOG.debug("Leases not renewed: {}", e.getMessage());
    }
  }

  /// The work goes on: a broker that was away gives every lease its whole time again when it is
  /// back, and says so if one was lost.
  private void warn() {
    for (Hold.Endangered lease : tasks.endangered(System.nanoTime())) {
      LOG.warn(
          "Expected to renew the lease '{}', but no renewal went well for two thirds of its time; it"
              + " expires in {} ms unless a renewal succeeds, and then the task runs"
              + " elsewhere and what is done here is dropped",
          lease.lease(),
          lease.left().toMillis());
    }
  }
}
