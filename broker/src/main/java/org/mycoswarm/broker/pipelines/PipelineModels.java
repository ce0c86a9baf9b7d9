package org.mycoswarm.broker.pipelines;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.mycoswarm.broker.chat.ChatModel;
import org.mycoswarm.broker.chat.ChatModels;
import org.mycoswarm.broker.chat.ChatRequest;
import org.mycoswarm.broker.chat.ChatSink;
import org.mycoswarm.broker.chat.NoAnswer;
import org.mycoswarm.broker.models.ModelRecord;
import org.mycoswarm.broker.models.ModelRejected;
import org.mycoswarm.broker.models.Models;
import org.mycoswarm.broker.pipelines.TextGeneration.Prompt;
import org.mycoswarm.broker.pipelines.TextGeneration.Result;

/// The registered decoders as models that conversations can be held with, on one node or over
/// several. Thread-safe.
public final class PipelineModels implements ChatModels {
  private final Models models;
  private final Pipelines pipelines;
  private final ModelPlans plans;
  private final Supplier<String> ids;
  private final InstantSource clock;

  /// @param ids makes ids that nothing has yet
  public PipelineModels(
      Models models,
      Pipelines pipelines,
      ModelPlans plans,
      Supplier<String> ids,
      InstantSource clock) {
    this.models = models;
    this.pipelines = pipelines;
    this.plans = plans;
    this.ids = ids;
    this.clock = clock;
  }

  @Override
  public Optional<ChatModel> find(String model) {
    return models.find(model).filter(found -> !found.isEncoder()).map(Decoder::new);
  }

  @Override
  public List<ChatModel> all() {
    return models.all().stream()
        .filter(model -> !model.isEncoder())
        .<ChatModel>map(Decoder::new)
        .toList();
  }

  /// Once more when the pipeline could not begin: then it is planned anew, for the nodes that are
  /// there now.
  private Result answered(ModelRecord model, ChatRequest request, ChatSink sink)
      throws IOException, InterruptedException {
    Instant deadline = clock.instant().plus(request.within());
    boolean[] begun = new boolean[1];
    TextGeneration.Listener listener =
        piece -> {
          begun[0] = true;
          sink.piece(piece);
        };
    try {
      return generated(model, request, deadline, listener);
    } catch (PipelineUnavailable e) {
      if (begun[0] || !clock.instant().isBefore(deadline)) {
        throw e;
      }
      return generated(model, request, deadline, listener);
    }
  }

  private Result generated(
      ModelRecord model, ChatRequest request, Instant deadline, TextGeneration.Listener listener)
      throws IOException, InterruptedException {
    Pipeline pipeline = pipelines.of(plans.wanted(model));
    return new TextGeneration(pipeline, ids, clock)
        .run(new Prompt(request.messages(), null), request.sampling(), deadline, listener);
  }

  private final class Decoder implements ChatModel {
    private final ModelRecord model;

    Decoder(ModelRecord model) {
      this.model = model;
    }

    @Override
    public String name() {
      return model.name();
    }

    @Override
    public String digest() {
      return model.digest();
    }

    @Override
    public void chat(ChatRequest request, ChatSink sink) throws IOException, InterruptedException {
      try {
        Result result = answered(model, request, sink);
        sink.end(result.finish(), result.promptTokens(), result.answerTokens());
      } catch (PromptTooLong e) {
        throw new NoAnswer(NoAnswer.Cause.TOO_LONG, String.valueOf(e.getMessage()));
      } catch (PipelineUnavailable | ModelRejected e) {
        throw new NoAnswer(NoAnswer.Cause.NO_NODE, String.valueOf(e.getMessage()));
      } catch (StageRefused e) {
        throw new NoAnswer(cause(e), String.valueOf(e.getMessage()));
      }
    }

    private static NoAnswer.Cause cause(StageRefused e) {
      return switch (e.code()) {
        case StageRefused.NO_ROOM -> NoAnswer.Cause.OVERLOADED;
        case StageRefused.BAD_REQUEST -> NoAnswer.Cause.NOT_IN_ORDER;
        default -> NoAnswer.Cause.FAILED;
      };
    }
  }
}
