package org.mycoswarm.node.work;

import org.mycoswarm.schema.wire.LeaseGrant;

/// A task that this node has leased. Any thread.
final class HeldTask implements Wanted {
  private final LeaseGrant grant;
  private volatile boolean dropped;

  HeldTask(LeaseGrant grant) {
    this.grant = grant;
  }

  LeaseGrant grant() {
    return grant;
  }

  String lease() {
    return grant.lease();
  }

  void drop() {
    dropped = true;
  }

  boolean dropped() {
    return dropped;
  }

  @Override
  public void check() throws Unwanted {
    if (dropped) {
      throw Unwanted.lease(lease());
    }
  }
}
