package org.mycoswarm.sharding.plan;

import org.jspecify.annotations.Nullable;

/// A way to lay a model over nodes so that a lone sequence takes the least time.
sealed interface Layout permits Search, InOrder {
  /// @param bound no stage may take longer, in seconds
  /// @return null when the nodes cannot hold the model so
  @Nullable Plan plan(double bound);
}
