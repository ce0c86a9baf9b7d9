package org.mycoswarm.node.capability;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.inference.Device;
import org.mycoswarm.inference.Model;
import org.mycoswarm.node.work.ChunkExecutor;
import org.mycoswarm.node.work.EmbedExecutor;
import org.mycoswarm.schema.wire.CapabilityView;

/// What a node can do with the encoders that run in stages and of which it has the first: nothing
/// to probe, for the stage runs. How fast they are is the slowest stage's doing, so no rate is
/// told.
public final class LentCapabilities {
  private static final String STAGES = "stages";

  private LentCapabilities() {}

  public static List<CapabilityView> of(List<Model> lent) {
    return lent.stream().flatMap(LentCapabilities::of).toList();
  }

  private static Stream<CapabilityView> of(Model model) {
    return Stream.of(
        can(ChunkExecutor.KIND, model, Device.CPU, null),
        can(EmbedExecutor.KIND, model, STAGES, "tokens"));
  }

  private static CapabilityView can(
      String kind, Model model, String device, @Nullable String unit) {
    return new CapabilityView(kind, model.digest(), model.name(), device, 0, unit);
  }
}
