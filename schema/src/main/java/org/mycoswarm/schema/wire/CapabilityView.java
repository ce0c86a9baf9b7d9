package org.mycoswarm.schema.wire;

import org.jspecify.annotations.Nullable;

/// Something a node has proved it can do.
///
/// @param kind task kind
/// @param model digest of the model it does it with
/// @param modelName what people call that model
/// @param device such as `cpu` or `cuda:0`
/// @param rate measured work a second, 0 when not measured
/// @param unit of the rate, such as `tokens`
/// @param loaded whether the model is in memory already, so that work can begin at once
public record CapabilityView(
    String kind,
    @Nullable String model,
    @Nullable String modelName,
    String device,
    double rate,
    @Nullable String unit,
    @Nullable Boolean loaded) {
  /// One whose model is not known to be loaded.
  public CapabilityView(
      String kind,
      @Nullable String model,
      @Nullable String modelName,
      String device,
      double rate,
      @Nullable String unit) {
    this(kind, model, modelName, device, rate, unit, null);
  }

  public CapabilityView withLoaded(boolean inMemory) {
    return new CapabilityView(kind, model, modelName, device, rate, unit, inMemory);
  }
}
