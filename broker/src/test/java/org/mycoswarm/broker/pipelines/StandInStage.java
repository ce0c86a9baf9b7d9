package org.mycoswarm.broker.pipelines;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.StageAnswer;
import org.mycoswarm.schema.wire.StageCall;
import org.mycoswarm.schema.wire.StageOpen;
import org.mycoswarm.sharding.frame.Frame;
import org.mycoswarm.sharding.frame.Tensor;

/// A stage without a model, which keeps to the protocol: what it gives depends on every token and
/// every tensor it was ever given in a session, in their order. One step left out, done twice or
/// taken from another session changes all that follows. For one thread at a time.
final class StandInStage {
  /// Where a node dies, relative to the step that it is told to die in.
  enum Death {
    BEFORE,
    /// The step is done, and its answer never leaves.
    DURING,
    AFTER
  }

  /// What no stage takes.
  static final int REFUSED_TOKEN = 13;

  private static final class Session {
    final StageOpen open;
    long state = 1;
    long position;
    int answered;
    @Nullable StageCall last;
    @Nullable Frame lastAnswer;

    Session(StageOpen open) {
      this.open = open;
    }
  }

  private final int number;
  private final int stages;
  private final long epoch;
  private final Map<String, Session> sessions = new HashMap<>();
  final List<Long> stepped = new ArrayList<>();

  StandInStage(int number, int stages, long epoch) {
    this.number = number;
    this.stages = stages;
    this.epoch = epoch;
  }

  ByteBuffer answer(ByteBuffer message) throws IOException {
    Frame frame = Frame.decode(message);
    StageCall call =
        Objects.requireNonNull(Json.LENIENT.readValue(frame.header(), StageCall.class));
    if (call.epoch() != epoch) {
      return refused(call, 410, "another epoch");
    }
    return switch (call.op()) {
      case StageCall.TOKENIZE -> tokenized(call);
      case StageCall.OPEN -> opened(call);
      case StageCall.STEP -> stepped(call, frame.tensors());
      case StageCall.FORWARD -> forwarded(call, frame.tensors());
      default -> refused(call, 400, "no such operation");
    };
  }

  private static ByteBuffer tokenized(StageCall call) throws IOException {
    List<Integer> ids = Objects.requireNonNull(call.text()).chars().boxed().toList();
    return bytes(
        new Frame(
            Json.LENIENT.writeValueAsString(
                new StageAnswer(
                    call.call(), StageAnswer.OK, null, null, ids, null, null, null, null)),
            List.of()));
  }

  private ByteBuffer opened(StageCall call) throws IOException {
    sessions.put(
        Objects.requireNonNull(call.session()), new Session(Objects.requireNonNull(call.open())));
    return ok(call);
  }

  private ByteBuffer stepped(StageCall call, List<Tensor> tensors) throws IOException {
    Session session = sessions.get(Objects.requireNonNull(call.session()));
    if (session == null) {
      return refused(call, 404, "no such session");
    }
    long position = Objects.requireNonNull(call.position());
    StageCall last = session.last;
    if (last != null && Objects.equals(last.position(), position)) {
      return bytes(again(Objects.requireNonNull(session.lastAnswer), call.call()));
    }
    if (position != session.position) {
      return refused(call, 409, "another position");
    }
    Frame answer = compute(call, session, tensors);
    session.last = call;
    session.lastAnswer = answer;
    stepped.add(position);
    return bytes(answer);
  }

  /// An encoder's: what it gives follows from the tokens and the tensors of this call alone.
  private ByteBuffer forwarded(StageCall call, List<Tensor> tensors) throws IOException {
    List<Integer> ids = Objects.requireNonNull(call.ids());
    if (ids.contains(REFUSED_TOKEN)) {
      return refused(call, 400, "no such token");
    }
    float state = number + 1;
    for (int id : ids) {
      state = state * 1.5f + id;
    }
    for (Tensor tensor : tensors) {
      for (float value : tensor.floats()) {
        state = state * 0.7f + value;
      }
    }
    stepped.add((long) stepped.size());
    Tensor out = Tensor.ofFloats("h" + number, List.of(1L, 1L, 1L), state);
    StageAnswer header =
        new StageAnswer(call.call(), StageAnswer.OK, null, null, null, null, null, null, null);
    return bytes(new Frame(Json.LENIENT.writeValueAsString(header), List.of(out)));
  }

  private static Frame again(Frame answer, long call) throws IOException {
    StageAnswer was =
        Objects.requireNonNull(Json.LENIENT.readValue(answer.header(), StageAnswer.class));
    StageAnswer now =
        new StageAnswer(
            call, was.status(), null, null, null, was.token(), was.text(), was.finish(), null);
    return new Frame(Json.LENIENT.writeValueAsString(now), answer.tensors());
  }

  private Frame compute(StageCall call, Session session, List<Tensor> tensors) throws IOException {
    List<Integer> ids = Objects.requireNonNull(call.ids());
    for (int id : ids) {
      session.state = session.state * 31 + id;
    }
    for (Tensor tensor : tensors) {
      for (long value : tensor.longs()) {
        session.state = session.state * 37 + value;
      }
    }
    session.position += ids.size();
    boolean isReplay = Boolean.TRUE.equals(call.replay());
    List<Tensor> out =
        number == stages - 1 || isReplay
            ? List.of()
            : List.of(Tensor.ofLongs("h" + number, List.of(1L), session.state));
    return new Frame(Json.LENIENT.writeValueAsString(sampled(call, session)), out);
  }

  private StageAnswer sampled(StageCall call, Session session) {
    boolean samples = number == stages - 1 && session.position >= session.open.promptTokens();
    if (!samples) {
      return new StageAnswer(call.call(), StageAnswer.OK, null, null, null, null, null, null, null);
    }
    session.answered++;
    int token = (int) Math.floorMod((session.state * 0x9E3779B97F4A7C15L) >>> 7, 26L);
    int max = Objects.requireNonNull(session.open.sampling()).tokensMax();
    return new StageAnswer(
        call.call(),
        StageAnswer.OK,
        null,
        null,
        null,
        token,
        Character.toString('a' + token),
        session.answered == max ? "length" : null,
        null);
  }

  private static ByteBuffer ok(StageCall call) throws IOException {
    return bytes(
        new Frame(
            Json.LENIENT.writeValueAsString(
                new StageAnswer(
                    call.call(), StageAnswer.OK, null, null, null, null, null, null, null)),
            List.of()));
  }

  private static ByteBuffer refused(StageCall call, int code, String reason) throws IOException {
    return bytes(
        new Frame(
            Json.LENIENT.writeValueAsString(StageAnswer.refused(call.call(), code, reason)),
            List.of()));
  }

  private static ByteBuffer bytes(Frame frame) {
    return frame.encode();
  }
}
