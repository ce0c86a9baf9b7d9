package org.mycoswarm.broker.pipelines;

import java.time.InstantSource;
import java.util.List;
import org.mycoswarm.broker.models.ModelRecord;
import org.mycoswarm.sharding.frame.Tensor;

/// The registered encoders as something that texts go through, on one node or over several.
/// Thread-safe; calls block.
public final class Encoders {
  private final Pipelines pipelines;
  private final ModelPlans plans;
  private final InstantSource clock;

  Encoders(Pipelines pipelines, ModelPlans plans, InstantSource clock) {
    this.pipelines = pipelines;
    this.plans = plans;
    this.clock = clock;
  }

  /// What the model gives for each text, in their order: float32 of the shape `[1, tokens,
  /// dimension]`. Starts the pipeline when there is none.
  ///
  /// @param texts their tokens, special ones included
  /// @throws StageRefused when a stage does not take one of them; then none is answered
  /// @throws PipelineUnavailable when the model cannot run now, or a stage was lost and nobody took
  ///     it over in time
  /// @throws org.mycoswarm.broker.models.ModelRejected when the model's files are not what they
  ///     were
  public List<Tensor> forward(ModelRecord model, List<List<Integer>> texts)
      throws InterruptedException {
    Pipeline pipeline = pipelines.of(plans.wanted(model));
    try {
      return new EncoderForward(pipeline, clock).run(texts);
    } catch (PipelineUnavailable e) {
      if (pipeline.isOpen()) {
        throw e;
      }
      // It ended meanwhile; planned anew it may run on the nodes that are there now.
      return new EncoderForward(pipelines.of(plans.wanted(model)), clock).run(texts);
    }
  }
}
