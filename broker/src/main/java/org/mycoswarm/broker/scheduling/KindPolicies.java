package org.mycoswarm.broker.scheduling;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.Event.KindPolicySet;
import org.mycoswarm.queue.domain.KindPolicy;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.engine.DurableListener;
import org.mycoswarm.queue.log.LogEntry;

/// The policy of each task kind, as the log has it: read for every task that is submitted, so it
/// must not wait for the writer. Thread-safe.
public final class KindPolicies implements DurableListener {
  private final ConcurrentHashMap<String, KindPolicy> policies = new ConcurrentHashMap<>();

  /// @param known policies of the replayed state
  public KindPolicies(Map<String, KindPolicy> known) {
    policies.putAll(known);
  }

  /// The policy of a kind, if it has one of its own.
  public Optional<KindPolicy> policy(String kind) {
    return Optional.ofNullable(policies.get(kind));
  }

  /// Every policy, in the order of the kinds.
  public Map<String, KindPolicy> all() {
    return new TreeMap<>(policies);
  }

  @Override
  public void durable(List<LogEntry> entries, QueueState state) {
    for (LogEntry entry : entries) {
      for (Event event : entry.events()) {
        if (event instanceof KindPolicySet(String kind, KindPolicy policy)) {
          policies.put(kind, policy);
        }
      }
    }
  }
}
