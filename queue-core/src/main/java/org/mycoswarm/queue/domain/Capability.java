package org.mycoswarm.queue.domain;

import org.jspecify.annotations.Nullable;

/// Something a node has proved it can do.
///
/// @param kind a task kind, such as `embed`
/// @param model digest of the model it does it with, for kinds that need one
/// @param device what it runs on, such as `cpu` or `cuda:0`
/// @param rate measured work a second in the kind's own unit (`embed`: tokens), 0 when not measured
/// @param loaded whether the model is in memory already, so that work can begin at once
public record Capability(
    String kind, @Nullable String model, String device, double rate, boolean loaded) {
  public Capability(String kind, @Nullable String model, String device, double rate) {
    this(kind, model, device, rate, false);
  }
}
