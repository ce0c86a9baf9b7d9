package org.mycoswarm.node.work;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.mycoswarm.inference.EncoderEmbedder;
import org.mycoswarm.inference.Model;
import org.mycoswarm.inference.ModelFailure;
import org.mycoswarm.inference.Tokenizer;
import org.mycoswarm.node.client.Backoff;
import org.mycoswarm.node.client.BrokerProblem;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.ForwardCall;
import org.mycoswarm.sharding.frame.Frame;
import org.mycoswarm.sharding.frame.FrameDamaged;
import org.mycoswarm.sharding.frame.Tensor;

/// Embeds with an encoder that runs in stages on several nodes: tokens are made and vectors are
/// pooled here, as with a model of this machine, and what lies between is asked of the broker.
/// Several texts at a time keep all stages busy.
final class PipelineEmbedder extends EncoderEmbedder {
  static final int TEXTS_AT_ONCE = 16;

  /// Of all texts of a call together: the answer has a row for each, and has to fit into a frame.
  private static final int TOKENS_AT_ONCE = 4_096;

  private static final long LOOK_MILLIS = 100;

  /// Takes texts through all stages.
  @FunctionalInterface
  interface Stages {
    /// @throws IOException when no answer came
    Frame forward(String model, Frame ask) throws IOException, InterruptedException, BrokerProblem;
  }

  private final Stages stages;
  private final BooleanSupplier isLent;
  private final BooleanSupplier isWanted;

  /// @param isLent whether the model still runs in stages, of which one is this node's
  /// @param isWanted whether somebody still waits for the vectors
  PipelineEmbedder(
      Model model,
      Tokenizer tokenizer,
      Stages stages,
      BooleanSupplier isLent,
      BooleanSupplier isWanted) {
    super(model, tokenizer);
    this.stages = stages;
    this.isLent = isLent;
    this.isWanted = isWanted;
  }

  @Override
  public int textsAtOnce() {
    return TEXTS_AT_ONCE;
  }

  @Override
  protected FloatBuffer tokenVectors(long[] ids) {
    return rows(List.of(ids)).getFirst();
  }

  @Override
  public List<float[]> embedAll(List<long[]> texts) {
    texts.forEach(this::requireFit);
    List<float[]> vectors = new ArrayList<>();
    for (int from = 0; from < texts.size(); ) {
      int to = from + 1;
      long tokens = texts.get(from).length;
      while (to < texts.size() && tokens + texts.get(to).length <= TOKENS_AT_ONCE) {
        tokens += texts.get(to).length;
        to++;
      }
      List<long[]> some = texts.subList(from, to);
      List<FloatBuffer> rows = rows(some);
      for (int i = 0; i < some.size(); i++) {
        vectors.add(vector(rows.get(i), some.get(i).length));
      }
      from = to;
    }
    return vectors;
  }

  /// For each text the rows of its tokens.
  private List<FloatBuffer> rows(List<long[]> texts) {
    Frame ask = new Frame(header(texts), List.of());
    List<Tensor> answer = answered(ask).tensors();
    if (answer.size() != texts.size()) {
      throw failure("%d texts were answered of %d".formatted(answer.size(), texts.size()));
    }
    List<FloatBuffer> rows = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      FloatBuffer found = FloatBuffer.wrap(answer.get(i).toFloat().floats());
      long wanted = (long) texts.get(i).length * model().dimension();
      if (found.remaining() != wanted) {
        throw failure(
            "a text of %d tokens gave %d numbers, not %d"
                .formatted(texts.get(i).length, found.remaining(), wanted));
      }
      rows.add(found);
    }
    return rows;
  }

  private static String header(List<long[]> texts) {
    try {
      return Json.LENIENT.writeValueAsString(
          new ForwardCall(texts.stream().map(PipelineEmbedder::ids).toList()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Expected tokens to have a JSON form", e);
    }
  }

  private static List<Integer> ids(long[] ids) {
    if (Arrays.stream(ids).anyMatch(id -> id > Integer.MAX_VALUE)) {
      throw new IllegalArgumentException("Expected tokens of a model, but one is no such number");
    }
    return Arrays.stream(ids).mapToObj(Math::toIntExact).toList();
  }

  /// Asks until there is an answer: while a lost stage is made good there is none. Once the model
  /// runs no more, what the broker says is the answer.
  private Frame answered(Frame ask) {
    for (int failures = 1; ; failures++) {
      try {
        return watched(ask);
      } catch (BrokerProblem e) {
        if (e.status() == 400 || e.status() == 422) {
          throw new IllegalArgumentException(e.detail(), e);
        }
        if (!e.passing() || !isLent.getAsBoolean()) {
          throw failure(e.detail());
        }
      } catch (IOException | FrameDamaged e) {
        if (!isLent.getAsBoolean()) {
          throw failure(String.valueOf(e.getMessage()));
        }
      }
      pause(failures);
    }
  }

  /// An answer may take minutes, and a node that is stopped does not wait for it.
  private Frame watched(Frame ask) throws IOException, BrokerProblem {
    FutureTask<Frame> call = new FutureTask<>(() -> stages.forward(model().digest(), ask));
    Thread.ofVirtual().start(call);
    try {
      while (true) {
        requireWanted();
        try {
          return call.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          // Not yet; whether it is still wanted is looked at first.
        }
      }
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failed -> throw failed;
        case BrokerProblem problem -> throw problem;
        case RuntimeException bug -> throw bug;
        case null, default -> throw new IllegalStateException(e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("this node was interrupted");
    } finally {
      call.cancel(true);
    }
  }

  private void pause(int failures) {
    long left = Backoff.after(failures, ThreadLocalRandom.current().nextDouble()).toMillis();
    try {
      for (; left > 0; left -= LOOK_MILLIS) {
        requireWanted();
        Thread.sleep(Math.min(left, LOOK_MILLIS));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("this node was interrupted");
    }
  }

  private void requireWanted() {
    if (!isWanted.getAsBoolean()) {
      throw failure("nobody waits for it any more");
    }
  }

  private ModelFailure failure(String why) {
    return new ModelFailure(
        "Expected vectors of the stages of the model '%s', but: %s".formatted(model().name(), why));
  }
}
