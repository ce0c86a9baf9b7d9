package org.mycoswarm.broker.pipelines;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.mycoswarm.broker.models.ModelRecord;
import org.mycoswarm.broker.models.Models;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.schema.wire.PlanStage;
import org.mycoswarm.schema.wire.PlanView;
import org.mycoswarm.schema.wire.StageManifest;
import org.mycoswarm.sharding.frame.ElementType;
import org.mycoswarm.sharding.graph.Cut;
import org.mycoswarm.sharding.graph.GraphCutter;
import org.mycoswarm.sharding.plan.Blocks;
import org.mycoswarm.sharding.plan.Demand;
import org.mycoswarm.sharding.plan.NoPlan;
import org.mycoswarm.sharding.plan.Plan;
import org.mycoswarm.sharding.plan.PlanNode;
import org.mycoswarm.sharding.plan.Planned;
import org.mycoswarm.sharding.plan.PlannedStage;
import org.mycoswarm.sharding.plan.Planner;

/// How the swarm, as it is now, would run a model: whole on one node where one can hold it, else
/// cut over several. Thread-safe; calls block.
public final class ModelPlans {
  /// What a frame takes to a node and back besides its bytes, on a network at home.
  private static final double HOP_SECONDS = 0.001;

  /// 100 Mbit/s: what an old network at home gives.
  private static final double WIRE_BYTES_PER_SECOND = 12_500_000;

  private final Models models;
  private final Pipelines pipelines;
  private final StageMaker maker;
  private final String wire;

  /// @param wire what floats are sent as: [StageManifest#HALF] or [StageManifest#EXACT]
  public ModelPlans(Models models, Pipelines pipelines, BlobStore blobs, String wire) {
    this.models = models;
    this.pipelines = pipelines;
    this.maker = new StageMaker(models, blobs, wire);
    this.wire = wire;
  }

  /// What would be done if the model were asked for now.
  ///
  /// @throws org.mycoswarm.broker.models.ModelRejected when its files are not what they were
  public PlanView plan(ModelRecord model) {
    List<Offer> offers = pipelines.offers();
    StageRoom room = StageRoom.of(model);
    return switch (planned(models.cutter(model), offers, room)) {
      case NoPlan no -> missing(model, no, room);
      case Plan plan -> view(model, plan, offers, room);
    };
  }

  /// The model, as something that can be started.
  Pipelines.Wanted wanted(ModelRecord model) {
    return new Pipelines.Wanted(model.digest(), model.name(), offers -> stages(model, offers));
  }

  private List<StagePlan> stages(ModelRecord model, List<Offer> offers) {
    GraphCutter cutter = models.cutter(model);
    StageRoom room = StageRoom.of(model);
    Plan plan =
        switch (planned(cutter, offers, room)) {
          case NoPlan no ->
              throw new PipelineUnavailable(
                  "The model '%s' cannot run in this swarm now. %s Add a node, or free memory on one"
                      .formatted(model.name(), no.sentence()));
          case Plan made -> made;
        };
    List<Cut> cuts = cutter.cuts();
    List<Cut> at =
        plan.stages().stream().skip(1).map(stage -> cuts.get(stage.fromBlock() - 1)).toList();
    List<NodeId> nodes = plan.stages().stream().map(stage -> new NodeId(stage.node())).toList();
    return maker.make(model, cutter, at, nodes, room);
  }

  private Planned planned(GraphCutter cutter, List<Offer> offers, StageRoom room) {
    ElementType crossing =
        wire.equals(StageManifest.HALF) ? ElementType.FLOAT16 : ElementType.FLOAT;
    List<PlanNode> nodes =
        offers.stream()
            .filter(offer -> offer.willing() && offer.rate() > 0)
            .filter(offer -> offer.freeBytes() > StageRoom.WORKING_BYTES)
            .map(ModelPlans::node)
            .toList();
    Demand demand = new Demand(room.contextTokens(), room.sessions());
    return Planner.plan(Blocks.of(cutter, crossing), nodes, demand);
  }

  private static PlanNode node(Offer offer) {
    return new PlanNode(
        offer.node().value(),
        offer.freeBytes() - StageRoom.WORKING_BYTES,
        offer.rate(),
        HOP_SECONDS,
        WIRE_BYTES_PER_SECOND);
  }

  private static PlanView missing(ModelRecord model, NoPlan no, StageRoom room) {
    return new PlanView(
        model.name(),
        model.digest(),
        PlanView.NO,
        no.sentence(),
        room.contextTokens(),
        room.sessions(),
        List.of(),
        null,
        null,
        null,
        no.missingBytes());
  }

  private static PlanView view(ModelRecord model, Plan plan, List<Offer> offers, StageRoom room) {
    Map<String, Offer> byNode =
        offers.stream()
            .collect(Collectors.toMap(offer -> offer.node().value(), Function.identity()));
    List<PlanStage> stages = new ArrayList<>();
    for (PlannedStage stage : plan.stages()) {
      Offer offer = Objects.requireNonNull(byNode.get(stage.node()));
      stages.add(
          new PlanStage(
              stages.size(),
              stage.node(),
              offer.name(),
              stage.weightBytes(),
              stage.kvBytes(),
              offer.freeBytes(),
              stage.seconds() * 1_000,
              stage.sendsBytes()));
    }
    boolean whole = stages.size() == 1;
    return new PlanView(
        model.name(),
        model.digest(),
        whole ? PlanView.WHOLE : PlanView.SHARDED,
        whole ? onOne(stages.getFirst()) : overSeveral(plan, stages),
        room.contextTokens(),
        room.sessions(),
        stages,
        plan.narrowest(),
        plan.tokensPerSecond(),
        plan.tokensPerSecondMany(),
        null);
  }

  private static String onOne(PlanStage stage) {
    return "'%s' holds it whole, so it is not cut: cutting makes no answer faster. Several nodes that can hold it answer side by side"
        .formatted(stage.nodeName());
  }

  private static String overSeveral(Plan plan, List<PlanStage> stages) {
    PlanStage narrowest = stages.get(plan.narrowest());
    return "No node holds it whole, %d together do; the narrowest is stage %d on '%s' with %.1f ms a token"
        .formatted(
            stages.size(), narrowest.stage() + 1, narrowest.nodeName(), narrowest.millisPerToken());
  }
}
