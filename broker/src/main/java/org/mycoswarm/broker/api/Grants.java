package org.mycoswarm.broker.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.engine.Answer.Leased;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.LeaseGrant;

/// Shows leases to the node that got them.
final class Grants {
  private Grants() {}

  static List<LeaseGrant> of(List<Leased> leased) {
    return leased.stream().map(Grants::of).toList();
  }

  private static LeaseGrant of(Leased leased) {
    TaskSpec spec = leased.spec();
    try {
      return new LeaseGrant(
          leased.lease().toString(),
          leased.lease().task().toString(),
          leased.lease().attempt(),
          leased.lease().task().job().value(),
          spec.requirement().kind(),
          spec.requirement().model(),
          spec.label(),
          Json.LENIENT.readTree(spec.payload()),
          Math.toIntExact(spec.leaseTime().toSeconds()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "Expected the payload of task '%s' to be JSON, as it was when it was submitted"
              .formatted(leased.lease().task()),
          e);
    }
  }
}
