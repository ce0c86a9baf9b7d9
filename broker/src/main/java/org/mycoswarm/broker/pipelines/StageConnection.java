package org.mycoswarm.broker.pipelines;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.StageAnswer;
import org.mycoswarm.schema.wire.StageCall;
import org.mycoswarm.sharding.frame.Frame;
import org.mycoswarm.sharding.frame.FrameDamaged;
import org.mycoswarm.sharding.frame.Tensor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Calls and answers over one connection. Many calls may be under way; the node does them in their
/// order. Thread-safe; calls block.
public final class StageConnection {
  private static final Logger LOG = LoggerFactory.getLogger(StageConnection.class);

  private final StageWire wire;
  private final Runnable onLost;
  private final AtomicLong calls = new AtomicLong();
  private final ConcurrentHashMap<Long, CompletableFuture<StageReply>> waiting =
      new ConcurrentHashMap<>();
  private volatile boolean lost;

  /// @param onLost told once, by any thread
  StageConnection(StageWire wire, Runnable onLost) {
    this.wire = wire;
    this.onLost = onLost;
  }

  /// Sends a call and waits for its answer.
  ///
  /// @param made of the call's number
  /// @throws StageLost when there is no answer and will be none
  /// @throws StageRefused when that is the answer
  StageReply call(LongFunction<StageCall> made, List<Tensor> tensors, Duration max)
      throws StageLost, InterruptedException {
    long number = calls.incrementAndGet();
    CompletableFuture<StageReply> reply = new CompletableFuture<>();
    waiting.put(number, reply);
    try {
      send(made.apply(number), tensors);
      StageReply answered = reply.get(max.toMillis(), TimeUnit.MILLISECONDS);
      StageAnswer answer = answered.answer();
      if (!StageAnswer.OK.equals(answer.status())) {
        throw refused(answer);
      }
      return answered;
    } catch (TimeoutException e) {
      throw new StageLost("It did not answer within %d s".formatted(max.toSeconds()));
    } catch (ExecutionException e) {
      throw new StageLost(String.valueOf(e.getMessage()));
    } finally {
      waiting.remove(number);
    }
  }

  private static StageRefused refused(StageAnswer answer) {
    Integer code = answer.code();
    String reason = answer.reason();
    return new StageRefused(
        code == null ? StageRefused.FAILED : code,
        reason == null ? "Expected a stage to say why not, but it did not" : reason);
  }

  /// Sends a call whose answer nobody needs.
  void tell(LongFunction<StageCall> made) {
    try {
      send(made.apply(calls.incrementAndGet()), List.of());
    } catch (StageLost e) {
      LOG.debug("A stage was not told: {}", e.getMessage());
    }
  }

  private void send(StageCall call, List<Tensor> tensors) throws StageLost {
    if (lost) {
      throw new StageLost("Its connection is closed");
    }
    try {
      wire.send(new Frame(Json.LENIENT.writeValueAsString(call), tensors).encode());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Expected a call to have a JSON form", e);
    } catch (IOException e) {
      lost();
      throw new StageLost("Its connection broke: " + e.getMessage());
    }
  }

  /// A message came. One that is damaged ends the connection: nobody can know what else is.
  public void received(ByteBuffer message) {
    try {
      Frame frame = Frame.decode(message);
      StageAnswer answer = Json.LENIENT.readValue(frame.header(), StageAnswer.class);
      CompletableFuture<StageReply> reply = answer == null ? null : waiting.get(answer.call());
      if (reply != null) {
        reply.complete(new StageReply(answer, frame.tensors()));
      }
    } catch (FrameDamaged | IOException e) {
      LOG.warn(
          "Expected frames of answers from a stage, but: {}; it has to connect again",
          e.getMessage());
      close("A frame was not in order: " + e.getMessage());
    }
  }

  /// The other side is gone.
  public void lost() {
    boolean first;
    synchronized (this) {
      first = !lost;
      lost = true;
    }
    if (first) {
      onLost.run();
      waiting
          .values()
          .forEach(reply -> reply.completeExceptionally(new StageLost("Its connection broke")));
    }
  }

  void close(String reason) {
    wire.close(reason);
    lost();
  }
}
