package org.mycoswarm.broker.pipelines;

import java.util.List;
import org.mycoswarm.broker.models.ModelRecord;
import org.mycoswarm.broker.models.Models;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.schema.wire.PlanView;
import org.mycoswarm.schema.wire.StageManifest;
import org.mycoswarm.sharding.graph.GraphCutter;

/// How the swarm, as it is now, would run a model. Thread-safe; calls block.
public final class ModelPlans {
  private final Models models;
  private final Pipelines pipelines;
  private final StageMaker maker;

  public ModelPlans(Models models, Pipelines pipelines, BlobStore blobs) {
    this.models = models;
    this.pipelines = pipelines;
    this.maker = new StageMaker(models, blobs, StageManifest.HALF);
  }

  public PlanView plan(ModelRecord model) {
    return new PlanView(
        model.name(),
        model.digest(),
        PlanView.NO,
        "%d nodes".formatted(pipelines.offers().size()),
        0,
        0,
        List.of(),
        null,
        null,
        null,
        null);
  }

  Pipelines.Wanted wanted(ModelRecord model) {
    return new Pipelines.Wanted(model.digest(), model.name(), offers -> stages(model, offers));
  }

  private List<StagePlan> stages(ModelRecord model, List<Offer> offers) {
    GraphCutter cutter = models.cutter(model);
    return maker.make(
        model, cutter, List.of(), List.of(offers.getFirst().node()), StageRoom.of(model));
  }
}
