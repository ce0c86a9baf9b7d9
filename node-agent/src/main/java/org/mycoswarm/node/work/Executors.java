package org.mycoswarm.node.work;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The executors of one worker, by the kind of task they do. One thread at a time.
public final class Executors implements AutoCloseable {
  private final Map<String, TaskExecutor> byKind;

  public Executors(List<TaskExecutor> executors) {
    this.byKind =
        executors.stream().collect(Collectors.toMap(TaskExecutor::kind, Function.identity()));
  }

  Optional<TaskExecutor> forKind(String kind) {
    return Optional.ofNullable(byKind.get(kind));
  }

  @Override
  public void close() {
    byKind.values().forEach(TaskExecutor::close);
  }
}
