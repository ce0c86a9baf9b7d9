package org.mycoswarm.console;

import static org.mycoswarm.console.ScriptedModels.mib;
import static org.mycoswarm.console.ScriptedModels.runs;
import static org.mycoswarm.console.ScriptedModels.stage;

import java.util.List;

/// A model in three stages that runs, one that is whole on a node, and one that does not fit.
final class KnownModels {
  static final String CUT = "No node holds it whole, 3 together do; the narrowest is stage 2";
  static final String WHOLE = "'workstation' holds it whole, so it is not cut";
  static final String NO = "Expected room for 15000.0 MB of weights, but 3 nodes offer 9216.0 MB";

  private KnownModels() {}

  static void fill(ScriptedModels models) {
    models.planned(
        "llama-3b",
        CUT,
        1,
        List.of(
            stage(0, "workstation", 3_200, 4_096, 21.5, 6_144),
            stage(1, "old-laptop", 1_400, 2_048, 38.2, 6_144),
            stage(2, "mac-mini", 1_900, 3_072, 27.9, 0)));
    running(models);
    models.planned("smol-135m", WHOLE, 0, List.of(stage(0, "workstation", 513, 4_096, 6.1, 0)));
    models.tooLarge("llama-8b", NO, mib(15_000), mib(1_536));
  }

  private static void running(ScriptedModels models) {
    models.running(
        "llama-3b",
        "moving",
        2,
        List.of(
            runs(0, "workstation", 1, "ready", 1_204),
            runs(1, "old-laptop", 2, "leasing", 1_203),
            runs(2, "mac-mini", 1, "ready", 1_203)));
  }
}
