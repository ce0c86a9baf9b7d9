package org.mycoswarm.node.work;

import java.io.IOException;
import java.time.Duration;
import org.mycoswarm.node.client.BrokerLink;
import org.mycoswarm.node.client.BrokerProblem;
import org.mycoswarm.schema.wire.RenewAnswer;
import org.mycoswarm.schema.wire.RenewRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Renews the leases apart from the work, so that a long task never loses its lease, and drops what
/// is lost. Also the heartbeat of a node without work. Has its own thread, and ends when that is
/// interrupted.
final class LeaseKeeper implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);

  private final String node;
  private final BrokerLink link;
  private final HeldTasks tasks;
  private final Duration heartbeat;

  LeaseKeeper(String node, BrokerLink link, HeldTasks tasks, Duration heartbeat) {
    this.node = node;
    this.link = link;
    this.tasks = tasks;
    this.heartbeat = heartbeat;
  }

  @Override
  public void run() {
    try {
      // Counted from the start of a try: one that took long and failed is soon made again.
      long last = System.nanoTime();
      while (true) {
        tasks.awaitDue(last, heartbeat);
        last = System.nanoTime();
        renew();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Tried once: when the broker is away, the next time comes soon enough, and with the leases of
  /// then.
  private void renew() throws InterruptedException {
    RenewRequest request = new RenewRequest(tasks.leases());
    Duration within = tasks.renewalTime();
    try {
      RenewAnswer answer = link.once(broker -> broker.renew(node, request, within));
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
}
