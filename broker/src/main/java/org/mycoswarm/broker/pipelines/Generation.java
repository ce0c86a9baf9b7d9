package org.mycoswarm.broker.pipelines;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.schema.wire.StageAnswer;
import org.mycoswarm.schema.wire.StageCall;
import org.mycoswarm.schema.wire.StageManifest;
import org.mycoswarm.schema.wire.StageOpen;
import org.mycoswarm.sharding.frame.Tensor;

/// One session of a decoder through all stages of its pipeline: a text that grows by a token a
/// step.
///
/// It keeps what it sent to each stage. When a stage is another node's, the session is opened there
/// anew and the same steps are done again, one by one, so that the cache there becomes what was
/// lost, bit by bit on machines that compute alike; the other stages do nothing again. A step whose
/// answer was lost is simply sent again: the stage that did it answers the same.
///
/// For one thread.
final class Generation implements AutoCloseable {
  /// A pause of a client that waits; after it the session is given up.
  private static final Duration PAUSE_MAX = Duration.ofMinutes(2);

  private static final Duration STEP_MAX = Duration.ofMinutes(2);
  private static final long OVERHEAD_BYTES = 200;

  /// What one stage was given.
  private record Step(long position, List<Integer> ids, List<Tensor> tensors) {
    /// About what it takes of memory.
    long bytes() {
      return OVERHEAD_BYTES
          + ids.size() * 16L
          + tensors.stream().mapToLong(tensor -> tensor.data().remaining()).sum();
    }
  }

  /// One stage, as this session sees it.
  private static final class Side {
    final List<Step> done = new ArrayList<>();

    /// Under which epoch the session is open there; 0: it is not.
    long epoch;
  }

  private final Pipeline pipeline;
  private final String session;
  private final StageOpen open;
  private final List<Side> sides = new ArrayList<>();
  private long position;
  private long replayed;
  private long kept;

  /// @param session an id that no other has
  Generation(Pipeline pipeline, String session, StageOpen open) {
    this.pipeline = pipeline;
    this.session = session;
    this.open = open;
    for (int i = 0; i < pipeline.stages(); i++) {
      sides.add(new Side());
    }
    pipeline.entered();
  }

  /// Takes these tokens through all stages.
  ///
  /// @param deadline when the answer must be complete
  /// @return what the last stage says
  /// @throws StageRefused when a stage does not do it, such as for want of room, or when the broker
  ///     has no room for what it would have to keep
  /// @throws PipelineUnavailable when a stage was lost and nobody took it over in time, or the
  ///     deadline is over
  StageAnswer step(List<Integer> ids, Deadline deadline) throws InterruptedException {
    Map<String, Tensor> crossing = new HashMap<>();
    StageReply reply = null;
    for (int k = 0; k < sides.size(); k++) {
      Step step = new Step(position, ids, wanted(pipeline.manifest(k), crossing));
      reply = at(k, step, deadline);
      pipeline.keep(step.bytes());
      kept += step.bytes();
      sides.get(k).done.add(step);
      pipeline.stepped(k);
      reply.tensors().forEach(tensor -> crossing.put(tensor.name(), tensor));
    }
    position += ids.size();
    return Objects.requireNonNull(reply).answer();
  }

  static List<Tensor> wanted(StageManifest manifest, Map<String, Tensor> crossing) {
    return manifest.inputs().stream()
        .map(
            name ->
                Objects.requireNonNullElseGet(
                    crossing.get(name),
                    () -> {
                      throw new StageRefused(
                          StageRefused.FAILED,
                          "Expected an earlier stage to give '%s', but its answer is without it"
                              .formatted(name));
                    }))
        .toList();
  }

  /// How many steps were done again for stages that were lost.
  long replayed() {
    return replayed;
  }

  private StageReply at(int number, Step step, Deadline deadline) throws InterruptedException {
    Side side = sides.get(number);
    Instant pause = deadline.orBefore(PAUSE_MAX);
    boolean forgotten = false;
    while (true) {
      deadline.check();
      Stage.Ready ready = pipeline.await(number, pause);
      try {
        if (side.epoch != ready.epoch()) {
          reopen(side, ready, deadline);
        }
        return ready
            .connection()
            .call(
                call -> header(call, ready.epoch(), step, null),
                step.tensors(),
                deadline.left(STEP_MAX));
      } catch (StageLost e) {
        pipeline.awaitChange(number, ready.connection());
      } catch (StageRefused e) {
        boolean gone = e.code() == StageRefused.NO_SESSION || e.code() == StageRefused.OTHER_EPOCH;
        if (!gone || forgotten) {
          throw e;
        }
        forgotten = true;
        side.epoch = 0;
      }
    }
  }

  /// Opens the session at a stage's new holder, and does there what was done before.
  private void reopen(Side side, Stage.Ready ready, Deadline deadline)
      throws StageLost, InterruptedException {
    StageConnection stage = ready.connection();
    StageReply _ =
        stage.call(
            call ->
                new StageCall(
                    call,
                    StageCall.OPEN,
                    ready.epoch(),
                    session,
                    null,
                    null,
                    open,
                    null,
                    null,
                    null),
            List.of(),
            deadline.left(STEP_MAX));
    for (Step step : side.done) {
      deadline.check();
      StageReply _ =
          stage.call(
              call -> header(call, ready.epoch(), step, true),
              step.tensors(),
              deadline.left(STEP_MAX));
      replayed++;
    }
    side.epoch = ready.epoch();
  }

  private StageCall header(long call, long epoch, Step step, @Nullable Boolean replay) {
    return new StageCall(
        call,
        StageCall.STEP,
        epoch,
        session,
        step.position(),
        step.ids(),
        null,
        null,
        null,
        replay);
  }

  /// Gives the room in the caches back.
  @Override
  public void close() {
    pipeline.giveBack(kept);
    pipeline.left();
    for (int k = 0; k < sides.size(); k++) {
      Side side = sides.get(k);
      pipeline
          .now(k)
          .filter(ready -> ready.epoch() == side.epoch)
          .ifPresent(
              ready ->
                  ready
                      .connection()
                      .tell(
                          call ->
                              new StageCall(
                                  call,
                                  StageCall.CLOSE,
                                  ready.epoch(),
                                  session,
                                  null,
                                  null,
                                  null,
                                  null,
                                  null,
                                  null)));
    }
  }
}
