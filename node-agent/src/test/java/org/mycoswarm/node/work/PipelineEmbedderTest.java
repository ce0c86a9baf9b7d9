package org.mycoswarm.node.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mycoswarm.inference.Embedder;
import org.mycoswarm.inference.Model;
import org.mycoswarm.inference.ModelFailure;
import org.mycoswarm.inference.ModelStore;
import org.mycoswarm.inference.OnnxRuntime;
import org.mycoswarm.inference.Tokenizer;
import org.mycoswarm.inference.shard.StageRefused;
import org.mycoswarm.inference.shard.StageRunner;
import org.mycoswarm.inference.shard.StageSpec;
import org.mycoswarm.node.client.BrokerProblem;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.ForwardCall;
import org.mycoswarm.sharding.frame.Frame;
import org.mycoswarm.sharding.frame.Tensor;

/// Vectors of an encoder that computes elsewhere; here it is a stage of this process, without the
/// broker between.
class PipelineEmbedderTest {
  private static final Model MODEL =
      ModelStore.open(Path.of("..", "inference", "target", "models"))
          .byName("all-minilm-l6-v2")
          .orElseThrow();

  private static OnnxRuntime runtime;
  private static StageRunner stage;

  private final AtomicBoolean lent = new AtomicBoolean(true);
  private final AtomicBoolean wanted = new AtomicBoolean(true);
  private final AtomicInteger calls = new AtomicInteger();

  @BeforeAll
  static void load() throws Exception {
    runtime = OnnxRuntime.start();
    stage = StageRunner.open(runtime, new StageSpec(MODEL.weights(), List.of(), 0, 512, 1));
  }

  @AfterAll
  static void close() {
    stage.close();
    runtime.close();
  }

  @Test
  void vectorsAreThoseOfTheSameModelOnThisMachineInTheirOrder() throws Exception {
    List<String> texts = new ArrayList<>();
    for (int i = 1; i <= 20; i++) {
      texts.add("Thread %d joins the trees. ".formatted(i).repeat(i));
    }
    try (Embedder here = runtime.embedder(MODEL);
        Embedder elsewhere = embedder(PipelineEmbedderTest::computed)) {
      Rows rows = new Rows(elsewhere, false);
      for (String text : texts) {
        rows.add(text);
      }
      rows.end();

      assertThat(rows.vectors()).hasSize(texts.size());
      assertThat(calls).as("16 texts, and the rest").hasValue(2);
      for (int i = 0; i < texts.size(); i++) {
        assertThat(rows.vectors().get(i)).containsExactly(here.embed(texts.get(i)), within(1e-5f));
      }
    }
  }

  @Test
  void ofSeveralTextsOnlyTheOneThatCannotBeEmbeddedIsRefused() throws Exception {
    try (Embedder elsewhere = embedder(PipelineEmbedderTest::computed)) {
      Rows rows = new Rows(elsewhere, true);
      rows.add(new long[] {2_000});
      rows.add(new long[] {99_999_999});
      rows.add(new long[] {-1});
      rows.add(new long[] {2_001});
      rows.end();

      assertThat(rows.vectors()).hasSize(4);
      assertThat(rows.vectors().get(0)).isNotEqualTo(rows.vectors().get(3));
      assertThat(rows.detail("blob", "stages").refused()).containsOnlyKeys(1, 2);
      assertThat(rows.detail("blob", "stages").tokens()).containsExactly(3, 3, 1, 3);
    }
  }

  @Test
  void whileAStageIsMadeGoodItAsksAgain() {
    try (Embedder elsewhere =
        embedder(
            ask -> {
              if (calls.get() < 3) {
                throw new BrokerProblem("POST", "unavailable", 503, "a stage is lost");
              }
              return computed(ask);
            })) {
      assertThat(elsewhere.embed("a mushroom")).hasSize(384);
    }
  }

  @Test
  void onceTheModelRunsNoMoreItSaysWhatTheBrokerSaid() {
    lent.set(false);
    try (Embedder elsewhere =
        embedder(
            ask -> {
              throw new BrokerProblem("POST", "unavailable", 503, "a node is missing");
            })) {
      assertThatThrownBy(() -> elsewhere.embed("a mushroom"))
          .isInstanceOf(ModelFailure.class)
          .hasMessage(
              "Expected vectors of the stages of the model 'all-minilm-l6-v2', but: a node is missing");
    }
  }

  @Test
  void nobodyWaitsForAnAnswerThatIsNotWanted() {
    try (Embedder elsewhere =
        embedder(
            ask -> {
              wanted.set(false);
              throw new IOException("the broker is away");
            })) {
      assertThatThrownBy(() -> elsewhere.embed("a mushroom"))
          .isInstanceOf(ModelFailure.class)
          .hasMessageEndingWith("but: nobody waits for it any more");
    }
  }

  private interface Stages {
    Frame forward(Frame ask) throws IOException, BrokerProblem;
  }

  private Embedder embedder(Stages stages) {
    return new PipelineEmbedder(
        MODEL,
        Tokenizer.load(MODEL.tokenizer()),
        (digest, ask) -> {
          assertThat(digest).isEqualTo(MODEL.digest());
          calls.incrementAndGet();
          return stages.forward(ask);
        },
        lent::get,
        wanted::get);
  }

  /// What the broker answers.
  private static Frame computed(Frame ask) throws IOException, BrokerProblem {
    ForwardCall call = Json.LENIENT.readValue(ask.header(), ForwardCall.class);
    List<Tensor> answers = new ArrayList<>();
    for (List<Integer> ids : call.ids()) {
      try {
        long[] tokens = ids.stream().mapToLong(id -> id).toArray();
        Tensor rows = stage.forward(tokens, List.of()).getFirst();
        String name = Integer.toString(answers.size());
        answers.add(new Tensor(name, rows.type(), rows.shape(), rows.data()));
      } catch (StageRefused e) {
        throw new BrokerProblem("POST", "unprocessable", 422, String.valueOf(e.getMessage()));
      }
    }
    return new Frame("{\"texts\":%d}".formatted(answers.size()), answers);
  }
}
