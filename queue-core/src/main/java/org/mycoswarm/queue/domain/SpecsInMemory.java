package org.mycoswarm.queue.domain;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Keeps specs as they are. For queues of a few thousand tasks.
public final class SpecsInMemory implements SpecStore {
  private final Map<Long, TaskSpec> specs = new HashMap<>();
  private long next;

  @Override
  public long put(TaskSpec spec) {
    specs.put(next, spec);
    return next++;
  }

  @Override
  public TaskSpec get(long spec) {
    return known(spec, specs.get(spec));
  }

  @Override
  public void drop(long spec) {
    known(spec, specs.remove(spec));
  }

  private static TaskSpec known(long spec, @Nullable TaskSpec found) {
    if (found == null) {
      throw new IllegalStateException("Expected spec %d to be kept, but it is not".formatted(spec));
    }
    return found;
  }
}
