package org.mycoswarm.queue.domain;

/// Where the state keeps what its tasks are to do. The queue decides by [Terms] alone, so a million
/// payloads need not be in memory. Owned by whoever owns the state; never shared by two states.
public interface SpecStore {
  /// @return a number of 0 or more to get it back by
  long put(TaskSpec spec);

  /// @throws IllegalStateException when the number was never given out, or was dropped
  TaskSpec get(long spec);

  /// The spec is needed no more.
  ///
  /// @throws IllegalStateException as for [#get]
  void drop(long spec);
}
