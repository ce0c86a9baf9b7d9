package org.mycoswarm.broker.pipelines;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.schema.wire.ChatMessage;
import org.mycoswarm.schema.wire.GeneratePayload;
import org.mycoswarm.schema.wire.Sampling;
import org.mycoswarm.schema.wire.StageAnswer;
import org.mycoswarm.schema.wire.StageCall;
import org.mycoswarm.schema.wire.StageOpen;

/// Lets a pipeline write on: the first stage makes tokens of a prompt, the prompt goes through in
/// chunks, then one token a step until the last stage says that it is over. Thread-safe; calls
/// block. Several at a time fill the pipeline: while one text is in one stage, others are in the
/// others.
final class TextGeneration {
  /// Of a prompt at a time, so that another session waits no longer than for so much.
  private static final int CHUNK_TOKENS = 128;

  private static final Duration READY_MAX = Duration.ofMinutes(10);
  private static final Duration TOKENIZE_MAX = Duration.ofSeconds(30);

  /// What is to be gone on with: either of the two.
  record Prompt(@Nullable List<ChatMessage> messages, @Nullable String text) {}

  /// Where the answer goes.
  @FunctionalInterface
  interface Listener {
    /// More of the answer, never empty.
    ///
    /// @throws IOException when nobody listens any more; the session ends
    void piece(String text) throws IOException;
  }

  /// How it ended.
  ///
  /// @param finish `stop` or `length`
  /// @param replayed steps that were done again because a stage was lost
  record Result(int promptTokens, int answerTokens, String finish, long replayed) {}

  private final Pipeline pipeline;
  private final Supplier<String> ids;
  private final InstantSource clock;

  TextGeneration(Pipeline pipeline, Supplier<String> ids, InstantSource clock) {
    this.pipeline = pipeline;
    this.ids = ids;
    this.clock = clock;
  }

  /// @param sampling whose `tokensMax` of 0 means the usual number, or as many as there is room for
  /// @param deadline when the answer must be complete
  /// @throws PipelineUnavailable when it is not complete then, or a stage was lost and nobody came
  /// @throws PromptTooLong when the prompt leaves no room for an answer
  Result run(Prompt prompt, Sampling sampling, Instant deadline, Listener listener)
      throws IOException, InterruptedException {
    Deadline until = new Deadline(deadline, pipeline.model(), clock);
    List<Integer> tokens = tokenized(prompt, until);
    int context = pipeline.manifest(0).contextMax();
    int room = context - tokens.size();
    if (room < 1 || sampling.tokensMax() > room) {
      throw new PromptTooLong(context, tokens.size(), sampling.tokensMax());
    }
    int answerMax =
        sampling.tokensMax() == 0
            ? Math.min(GeneratePayload.TOKENS_USUAL, room)
            : sampling.tokensMax();
    StageOpen open =
        new StageOpen(tokens.size() + answerMax, tokens.size(), with(sampling, answerMax));
    try (Generation generation = new Generation(pipeline, ids.get(), open)) {
      StageAnswer answer = prefill(generation, tokens, until);
      int made = 0;
      while (true) {
        int token = required("token", answer.token());
        made++;
        String text = answer.text();
        if (text != null && !text.isEmpty()) {
          listener.piece(text);
        }
        String finish = answer.finish();
        if (finish != null) {
          return new Result(tokens.size(), made, finish, generation.replayed());
        }
        if (until.isOver()) {
          throw new PipelineUnavailable(
              "Expected the answer of the model '%s' to be complete in time, but it has only %d tokens. Ask for fewer, or give it longer"
                  .formatted(pipeline.model(), made));
        }
        answer = generation.step(List.of(token), until);
      }
    }
  }

  private static <T> T required(String field, @Nullable T value) {
    if (value == null) {
      throw new StageRefused(
          StageRefused.FAILED,
          "Expected '%s' in the answer of a stage, but it is absent".formatted(field));
    }
    return value;
  }

  private static StageAnswer prefill(Generation generation, List<Integer> tokens, Deadline deadline)
      throws InterruptedException {
    StageAnswer answer = null;
    for (int from = 0; from < tokens.size(); from += CHUNK_TOKENS) {
      List<Integer> chunk = tokens.subList(from, Math.min(from + CHUNK_TOKENS, tokens.size()));
      answer = generation.step(chunk, deadline);
    }
    return Objects.requireNonNull(answer);
  }

  private List<Integer> tokenized(Prompt prompt, Deadline deadline) throws InterruptedException {
    Instant ready = deadline.orBefore(READY_MAX);
    while (true) {
      deadline.check();
      Stage.Ready first = pipeline.await(0, ready);
      try {
        StageAnswer answer =
            first
                .connection()
                .call(
                    call -> tokenize(call, first.epoch(), prompt),
                    List.of(),
                    deadline.left(TOKENIZE_MAX))
                .answer();
        List<Integer> tokens = required("ids", answer.ids());
        if (tokens.isEmpty()) {
          throw new StageRefused(
              StageRefused.BAD_REQUEST,
              "Expected a prompt with at least one token, but it has none");
        }
        return tokens;
      } catch (StageLost e) {
        pipeline.awaitChange(0, first.connection());
      }
    }
  }

  private static StageCall tokenize(long call, long epoch, Prompt prompt) {
    return new StageCall(
        call,
        StageCall.TOKENIZE,
        epoch,
        null,
        null,
        null,
        null,
        prompt.messages(),
        prompt.text(),
        null);
  }

  private static Sampling with(Sampling sampling, int tokensMax) {
    return new Sampling(
        tokensMax,
        sampling.temperature(),
        sampling.topP(),
        sampling.topK(),
        // Chosen once for all stages and all their holders: a step done again must choose the same.
        sampling.seed() == null ? ThreadLocalRandom.current().nextLong() : sampling.seed(),
        sampling.stop());
  }
}
