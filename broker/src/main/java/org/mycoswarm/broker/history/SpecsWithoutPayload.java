package org.mycoswarm.broker.history;

import org.mycoswarm.queue.domain.SpecStore;
import org.mycoswarm.queue.domain.SpecsInMemory;
import org.mycoswarm.queue.domain.TaskSpec;

/// Keeps specs in memory without what the nodes are to do: nobody asks the past for that, and it
/// may be large.
final class SpecsWithoutPayload implements SpecStore {
  private final SpecStore specs = new SpecsInMemory();

  @Override
  public long put(TaskSpec spec) {
    return specs.put(
        new TaskSpec(spec.terms(), spec.label(), spec.parent(), "", spec.blobs(), spec.start()));
  }

  @Override
  public TaskSpec get(long spec) {
    return specs.get(spec);
  }

  @Override
  public void drop(long spec) {
    specs.drop(spec);
  }
}
