package org.mycoswarm.cli.output;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.schema.wire.PlanStage;
import org.mycoswarm.schema.wire.PlanView;

/// How the swarm would run a model, for people.
public final class PlanPage {
  private PlanPage() {}

  public static void print(PrintStream out, PlanView plan) {
    String asked =
        plan.sessions() == 0
            ? ""
            : ", for %s of %s"
                .formatted(
                    Figures.count(plan.sessions(), "session"),
                    Figures.count(plan.contextTokens(), "token"));
    out.println(Table.printable(plan.model() + asked + ": " + plan.reason()));
    Long missing = plan.missingBytes();
    if (missing != null) {
      out.println("Missing: " + Figures.bytes(missing) + " of memory");
    }
    if (!plan.stages().isEmpty()) {
      stages(out, plan);
    }
    List<String> rates = new ArrayList<>();
    rate(rates, plan.tokensPerSecond(), "one session alone");
    rate(rates, plan.tokensPerSecondMany(), "many together");
    if (!rates.isEmpty()) {
      out.println("Predicted: " + String.join(", ", rates));
    }
  }

  private static void stages(PrintStream out, PlanView plan) {
    Table table =
        new Table("STAGE", "NODE", "WEIGHTS", "CACHE", "FREE", "MS/TOKEN", "SENDS/TOKEN", "NOTE");
    Integer narrowest = plan.stages().size() > 1 ? plan.narrowest() : null;
    for (PlanStage stage : plan.stages()) {
      table.row(
          Integer.toString(stage.stage()),
          stage.nodeName(),
          Figures.bytes(stage.weightBytes()),
          Figures.bytes(stage.cacheBytes()),
          Figures.bytes(stage.freeBytes()),
          String.format(Locale.ROOT, "%.1f", stage.millisPerToken()),
          stage.sendsBytes() == 0 ? "" : Figures.bytes(stage.sendsBytes()),
          narrowest != null && narrowest == stage.stage() ? "takes longest" : "");
    }
    table.print(out);
  }

  private static void rate(List<String> rates, @Nullable Double perSecond, String of) {
    if (perSecond != null) {
      rates.add("%s tokens/s of %s".formatted(Figures.rate(perSecond), of));
    }
  }
}
