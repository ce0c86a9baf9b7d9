package org.mycoswarm.broker.pipelines;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.schema.wire.StageCall;
import org.mycoswarm.sharding.frame.Tensor;

/// Texts through all stages of an encoder, a few at a time so that every stage has work. A stage
/// remembers nothing of a text, so what was sent to one that is lost is sent again to who comes
/// after it, and that is all. For one thread.
final class EncoderForward {
  /// How long a text waits for a stage.
  private static final Duration PAUSE_MAX = Duration.ofMinutes(2);

  private static final Duration STEP_MAX = Duration.ofMinutes(2);

  private final Pipeline pipeline;
  private final InstantSource clock;

  /// Why one of the texts is not answered, which makes the others useless.
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

  EncoderForward(Pipeline pipeline, InstantSource clock) {
    this.pipeline = pipeline;
    this.clock = clock;
  }

  /// What the model gives for each text, in their order.
  ///
  /// @param texts their tokens
  /// @throws StageRefused when a stage does not take one of them; then none is answered
  /// @throws PipelineUnavailable when a stage was lost and nobody took it over in time
  List<Tensor> run(List<List<Integer>> texts) throws InterruptedException {
    pipeline.entered();
    // One more than there are stages, so that the first has its next text while answers travel.
    try (ExecutorService flights =
        Executors.newFixedThreadPool(pipeline.stages() + 1, Thread.ofVirtual().factory())) {
      List<Future<Tensor>> all =
          texts.stream().map(ids -> flights.submit(() -> through(ids))).toList();
      List<Tensor> answers = new ArrayList<>();
      for (Future<Tensor> one : all) {
        answers.add(one.get());
      }
      return answers;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException reason ? reason : new IllegalStateException(e);
    } finally {
      pipeline.left();
    }
  }

  private Tensor through(List<Integer> ids) throws InterruptedException {
    try {
      Map<String, Tensor> crossing = new HashMap<>();
      List<Tensor> leaving = List.of();
      for (int k = 0; k < pipeline.stages(); k++) {
        leaving = at(k, ids, Generation.wanted(pipeline.manifest(k), crossing)).tensors();
        pipeline.stepped(k);
        leaving.forEach(tensor -> crossing.put(tensor.name(), tensor));
      }
      return leaving.getFirst().toFloat();
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
      throw e;
    }
  }

  private StageReply at(int number, List<Integer> ids, List<Tensor> tensors)
      throws InterruptedException {
    var deadline = clock.instant().plus(PAUSE_MAX);
    boolean stale = false;
    while (true) {
      requireGoingOn();
      Stage.Ready ready = pipeline.await(number, deadline);
      try {
        return ready.connection().call(call -> header(call, ready.epoch(), ids), tensors, STEP_MAX);
      } catch (StageLost e) {
        if (clock.instant().isAfter(deadline)) {
          throw new PipelineUnavailable(
              "Expected an answer of stage %d of %d of the model '%s', but: %s. The texts are given up; ask again"
                  .formatted(number + 1, pipeline.stages(), pipeline.model(), e.getMessage()));
        }
        pipeline.awaitChange(number, ready.connection());
      } catch (StageRefused e) {
        if (e.code() != StageRefused.OTHER_EPOCH || stale) {
          throw e;
        }
        stale = true;
      }
    }
  }

  private void requireGoingOn() {
    RuntimeException reason = failure.get();
    if (reason != null) {
      throw reason;
    }
  }

  private static StageCall header(long call, long epoch, List<Integer> ids) {
    return new StageCall(call, StageCall.FORWARD, epoch, null, null, ids, null, null, null, null);
  }
}
