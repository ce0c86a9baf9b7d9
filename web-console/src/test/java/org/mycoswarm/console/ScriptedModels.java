package org.mycoswarm.console;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.schema.wire.ModelView;
import org.mycoswarm.schema.wire.Page;
import org.mycoswarm.schema.wire.PipelineStage;
import org.mycoswarm.schema.wire.PipelineView;
import org.mycoswarm.schema.wire.PlanStage;
import org.mycoswarm.schema.wire.PlanView;

/// Models, their plans and what runs of them, as a test says, in the wire records of the real ones.
/// Any thread.
final class ScriptedModels {
  private static final int CONTEXT = 4_096;
  private static final int SESSIONS = 8;

  private final Map<String, ModelView> models = new TreeMap<>();
  private final Map<String, PlanView> plans = new TreeMap<>();
  private final Map<String, PipelineView> pipelines = new TreeMap<>();

  /// A decoder that is cut over these stages; whole where there is one of them.
  synchronized void planned(String name, String reason, int narrowest, List<PlanStage> stages) {
    long weights = stages.stream().mapToLong(PlanStage::weightBytes).sum();
    ModelView model = model(name, weights);
    String fits = stages.size() == 1 ? PlanView.WHOLE : PlanView.SHARDED;
    plans.put(
        model.digest(),
        new PlanView(
            name,
            model.digest(),
            fits,
            reason,
            CONTEXT,
            SESSIONS,
            stages,
            narrowest,
            11.4,
            26.3,
            null));
  }

  synchronized void tooLarge(String name, String reason, long weightBytes, long missingBytes) {
    ModelView model = model(name, weightBytes);
    plans.put(
        model.digest(),
        new PlanView(
            name,
            model.digest(),
            PlanView.NO,
            reason,
            CONTEXT,
            SESSIONS,
            List.of(),
            null,
            null,
            null,
            missingBytes));
  }

  synchronized void running(String name, String state, int sessions, List<PipelineStage> stages) {
    pipelines.put(
        name,
        new PipelineView("p-" + name, name, state, sessions, ScriptedCollections.NIGHT, stages));
  }

  static PlanStage stage(
      int stage, String node, int weightMiB, int freeMiB, double millis, long sends) {
    return new PlanStage(
        stage, "n-" + node, node, mib(weightMiB), mib(weightMiB / 8), mib(freeMiB), millis, sends);
  }

  static PipelineStage runs(int stage, String node, long epoch, String state, long steps) {
    return new PipelineStage(stage, "n-" + node, node, epoch, state, steps);
  }

  static long mib(long number) {
    return number << 20;
  }

  /// @param path `/models` or `/pipelines` and what follows
  /// @return null for what is not there
  synchronized @Nullable Object call(String path) {
    return switch (path) {
      case "/models" -> new Page<>(new ArrayList<>(models.values()), null);
      case "/pipelines" -> new Page<>(new ArrayList<>(pipelines.values()), null);
      default -> plans.get(path.replaceAll("^/models/|/plan$", ""));
    };
  }

  private ModelView model(String name, long weightBytes) {
    String digest = "sha256:" + Integer.toHexString(name.hashCode()) + "0".repeat(56);
    var model =
        new ModelView(
            name,
            digest,
            ModelView.DECODER,
            weightBytes,
            31,
            16_384,
            CONTEXT,
            List.of(),
            Instant.parse("2026-11-23T02:30:00Z"));
    models.put(name, model);
    return model;
  }
}
