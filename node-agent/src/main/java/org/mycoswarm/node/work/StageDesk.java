package org.mycoswarm.node.work;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.inference.Tokenizer;
import org.mycoswarm.inference.shard.ChatTemplate;
import org.mycoswarm.inference.shard.StageRefused;
import org.mycoswarm.inference.shard.StageRunner;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.ChatMessage;
import org.mycoswarm.schema.wire.StageAnswer;
import org.mycoswarm.schema.wire.StageCall;
import org.mycoswarm.schema.wire.StageManifest;
import org.mycoswarm.schema.wire.StageOpen;
import org.mycoswarm.sharding.frame.ElementType;
import org.mycoswarm.sharding.frame.Frame;
import org.mycoswarm.sharding.frame.FrameDamaged;
import org.mycoswarm.sharding.frame.Tensor;

/// Answers the calls that come to one stage. Every call gets an answer, a refusal in a sentence if
/// need be; nothing that comes ends the stage. One thread at a time.
final class StageDesk {
  private static final int STALE = 410;

  private final StageRunner runner;
  private final StageManifest manifest;
  private final long epoch;
  private final @Nullable Tokenizer tokenizer;
  private final ChatTemplate template;
  private final Map<String, Answering> answers = new HashMap<>();

  /// @param tokenizer null when this stage has no text to do with
  StageDesk(
      StageRunner runner,
      StageManifest manifest,
      long epoch,
      @Nullable Tokenizer tokenizer,
      ChatTemplate template) {
    this.runner = runner;
    this.manifest = manifest;
    this.epoch = epoch;
    this.tokenizer = tokenizer;
    this.template = template;
  }

  private record Refusal(int code, String sentence) {}

  /// @throws FrameDamaged when the bytes are no frame, so that nobody can be answered
  /// @throws JsonProcessingException when its header is no call
  ByteBuffer answer(ByteBuffer message) throws JsonProcessingException {
    Frame frame = Frame.decode(message);
    StageCall call = Json.LENIENT.readValue(frame.header(), StageCall.class);
    long start = System.nanoTime();
    Frame answer;
    try {
      answer = answered(call, frame.tensors(), start);
    } catch (StageRefused e) {
      answer = refused(call, new Refusal(e.code(), String.valueOf(e.getMessage())));
    } catch (IllegalArgumentException e) {
      answer = refused(call, new Refusal(StageRefused.BAD, String.valueOf(e.getMessage())));
    }
    return encoded(call, answer);
  }

  /// What does not fit into one frame is refused like the rest.
  private static ByteBuffer encoded(StageCall call, Frame answer) throws JsonProcessingException {
    try {
      return answer.encode();
    } catch (IllegalArgumentException e) {
      return refused(call, new Refusal(StageRefused.BAD, String.valueOf(e.getMessage()))).encode();
    }
  }

  private static Frame refused(StageCall call, Refusal refusal) throws JsonProcessingException {
    return new Frame(
        Json.LENIENT.writeValueAsString(
            StageAnswer.refused(call.call(), refusal.code(), refusal.sentence())),
        List.of());
  }

  private Frame answered(StageCall call, List<Tensor> in, long start)
      throws StageRefused, JsonProcessingException {
    if (call.epoch() != epoch) {
      return refused(
          call,
          new Refusal(
              STALE,
              "Expected epoch %d of this stage, but the call is of %d; nothing is done"
                  .formatted(epoch, call.epoch())));
    }
    Reply reply =
        switch (call.op()) {
          case StageCall.TOKENIZE -> tokenize(call);
          case StageCall.OPEN -> open(call);
          case StageCall.STEP -> step(call, in);
          case StageCall.FORWARD -> Reply.of(outgoing(runner.forward(ids(call), incoming(in))));
          case StageCall.CLOSE -> close(call);
          default ->
              throw new IllegalArgumentException(
                  "Expected a call that a stage knows, but it is '%s'".formatted(call.op()));
        };
    return reply.frame(call.call(), (System.nanoTime() - start) / 1_000);
  }

  /// What an answer has besides its number and time.
  private record Reply(
      List<Tensor> tensors, @Nullable List<Integer> ids, Answering.@Nullable Next next) {
    static final Reply NOTHING = new Reply(List.of(), null, null);

    static Reply of(List<Tensor> tensors) {
      return new Reply(tensors, null, null);
    }

    Frame frame(long call, long micros) throws JsonProcessingException {
      StageAnswer header =
          new StageAnswer(
              call,
              StageAnswer.OK,
              null,
              null,
              ids,
              next == null ? null : next.token(),
              next == null ? null : next.text(),
              next == null ? null : next.finish(),
              micros);
      return new Frame(Json.LENIENT.writeValueAsString(header), tensors);
    }
  }

  private Reply tokenize(StageCall call) {
    if (tokenizer == null) {
      throw new IllegalArgumentException(
          "Expected a stage with a tokenizer, but this one has none; ask the first");
    }
    List<ChatMessage> messages = call.messages();
    long[] ids;
    if (messages == null) {
      ids = tokenizer.ids(required("text", call.text()));
    } else {
      String text = template.prompt(messages.stream().map(StageDesk::turn).toList());
      ids = template.bringsSpecialTokens() ? tokenizer.idsAlone(text) : tokenizer.ids(text);
    }
    return new Reply(List.of(), Arrays.stream(ids).mapToObj(Math::toIntExact).toList(), null);
  }

  private static ChatTemplate.Turn turn(ChatMessage message) {
    return new ChatTemplate.Turn(
        Objects.requireNonNullElse(message.role(), "user"),
        Objects.requireNonNullElse(message.content(), ""));
  }

  private Reply open(StageCall call) throws StageRefused {
    String session = required("session", call.session());
    StageOpen open = required("open", call.open());
    Answering answering =
        manifest.last()
            ? new Answering(open, manifest.eos(), tokenizer == null ? null : tokenizer::decode)
            : null;
    runner.open(session, open.tokensMax());
    answers.keySet().retainAll(runner.sessions());
    if (answering != null) {
      answers.put(session, answering);
    }
    return Reply.NOTHING;
  }

  private Reply step(StageCall call, List<Tensor> in) throws StageRefused {
    String session = required("session", call.session());
    long position = required("position", call.position());
    long[] ids = ids(call);
    List<Tensor> out = runner.step(session, position, ids, incoming(in));
    Answering answering = answers.get(session);
    if (answering != null) {
      answering.read(position, ids);
    }
    if (Boolean.TRUE.equals(call.replay())) {
      return Reply.NOTHING;
    }
    if (answering == null) {
      return Reply.of(outgoing(out));
    }
    long end = position + ids.length;
    return answering.isDue(end)
        ? new Reply(List.of(), null, answering.next(end, lastRow(out)))
        : Reply.NOTHING;
  }

  private Reply close(StageCall call) {
    String session = required("session", call.session());
    answers.remove(session);
    runner.close(session);
    return Reply.NOTHING;
  }

  /// The scores after the last token.
  private static float[] lastRow(List<Tensor> out) {
    Tensor logits = out.getFirst().toFloat();
    int vocabulary = Math.toIntExact(logits.shape().getLast());
    float[] row = new float[vocabulary];
    ByteBuffer data = logits.data();
    data.slice(data.limit() - 4 * vocabulary, 4 * vocabulary)
        .order(data.order())
        .asFloatBuffer()
        .get(row);
    return row;
  }

  /// What was halved for the way, as the graph wants it.
  private List<Tensor> incoming(List<Tensor> in) {
    List<Tensor> wanted = new ArrayList<>();
    for (Tensor tensor : in) {
      boolean half = runner.inputType(tensor.name()) == ElementType.FLOAT16;
      wanted.add(half ? tensor : tensor.toFloat());
    }
    return wanted;
  }

  /// The model's own output is never halved.
  private List<Tensor> outgoing(List<Tensor> out) {
    boolean half = StageManifest.HALF.equals(manifest.wire()) && !manifest.last();
    return half ? out.stream().map(Tensor::toHalf).toList() : out;
  }

  private static long[] ids(StageCall call) {
    return required("ids", call.ids()).stream().mapToLong(id -> id).toArray();
  }

  private static <T> T required(String field, @Nullable T value) {
    if (value == null) {
      throw new IllegalArgumentException(
          "Expected '%s' in the call, but it is absent; nothing is done".formatted(field));
    }
    return value;
  }
}
