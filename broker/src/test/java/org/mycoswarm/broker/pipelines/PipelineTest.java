package org.mycoswarm.broker.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mycoswarm.broker.pipelines.StandInSwarm.Doom;
import org.mycoswarm.broker.pipelines.TextGeneration.Prompt;
import org.mycoswarm.broker.pipelines.TextGeneration.Result;
import org.mycoswarm.schema.wire.Sampling;
import org.mycoswarm.sharding.frame.Frame;

@Timeout(120)
class PipelineTest {
  private static final int STAGES = 3;
  private static final int TOKENS = 8;
  private static final String PROMPT = "In the beginning";

  private final AtomicLong ids = new AtomicLong();

  /// What came, and how it ended.
  private record Said(String text, Result result) {}

  @Test
  void aTextPassesThroughAllStages() throws Exception {
    try (StandInSwarm swarm = new StandInSwarm(STAGES)) {
      Said said = say(swarm.pipeline(STAGES), PROMPT);

      assertThat(said.text()).hasSize(TOKENS);
      assertThat(said.result().finish()).isEqualTo("length");
      assertThat(said.result().promptTokens()).isEqualTo(PROMPT.length());
      assertThat(said.result().replayed()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whicheverStageDiesAtWhicheverStepTheTextIsTheSame(StandInStage.Death death)
      throws Exception {
    String undisturbed = undisturbed(PROMPT);
    for (int stage = 0; stage < STAGES; stage++) {
      for (int step = 0; step < TOKENS; step += 3) {
        try (StandInSwarm swarm = new StandInSwarm(STAGES + 1)) {
          swarm.doom(new Doom(stage, step, death));
          Pipeline pipeline = swarm.pipeline(STAGES);

          Said said = say(pipeline, PROMPT);

          assertThat(said.text()).as("stage %d, step %d", stage, step).isEqualTo(undisturbed);
          if (step > 0) {
            assertThat(said.result().replayed()).as("stage %d, step %d", stage, step).isPositive();
          }
        }
      }
    }
  }

  @Test
  void aLongPromptGoesThroughInChunks() throws Exception {
    String prompt = "In the beginning God created the heaven and the earth. ".repeat(6);
    String undisturbed = undisturbed(prompt);
    try (StandInSwarm swarm = new StandInSwarm(STAGES + 1)) {
      swarm.doom(new Doom(1, 2, StandInStage.Death.DURING));

      assertThat(say(swarm.pipeline(STAGES), prompt).text()).isEqualTo(undisturbed);
    }
  }

  @Test
  void severalSessionsAtATimeDoNotDisturbEachOther() throws Exception {
    List<String> prompts = List.of("one", "another", "a third", "and a fourth");
    List<String> alone = new ArrayList<>();
    for (String prompt : prompts) {
      alone.add(undisturbed(prompt));
    }
    try (StandInSwarm swarm = new StandInSwarm(STAGES + 1);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      swarm.doom(new Doom(1, 9, StandInStage.Death.DURING));
      Pipeline pipeline = swarm.pipeline(STAGES);
      List<Callable<String>> calls =
          prompts.stream()
              .<Callable<String>>map(prompt -> () -> say(pipeline, prompt).text())
              .toList();

      List<String> together = new ArrayList<>();
      for (Future<String> said : threads.invokeAll(calls)) {
        together.add(get(said));
      }

      assertThat(together).isEqualTo(alone);
    }
  }

  @Test
  void aDrainedNodeKeepsItsStageUntilAnotherHasIt() throws Exception {
    String undisturbed = undisturbed(PROMPT);
    try (StandInSwarm swarm = new StandInSwarm(STAGES + 1)) {
      Pipeline pipeline = swarm.pipeline(STAGES);
      StringBuilder text = new StringBuilder();

      Result result =
          generation(pipeline)
              .run(
                  new Prompt(null, PROMPT),
                  sampling(TOKENS),
                  Instant.MAX,
                  piece -> {
                    text.append(piece);
                    if (text.length() == 3) {
                      swarm.drain(swarm.node(1));
                      awaitMoved(pipeline);
                    }
                  });

      assertThat(text.toString()).isEqualTo(undisturbed);
      assertThat(result.replayed()).isEqualTo(3);
      assertThat(pipeline.view().stages().get(1).nodeName()).isEqualTo("node-3");
      assertThat(pipeline.view().stages().get(1).epoch()).isEqualTo(2);
    }
  }

  @Test
  void aPromptThatLeavesNoRoomIsRefusedInNumbers() {
    try (StandInSwarm swarm = new StandInSwarm(STAGES)) {
      Pipeline pipeline = swarm.pipeline(STAGES);

      assertThatThrownBy(() -> say(pipeline, "x".repeat(495)))
          .isInstanceOf(PromptTooLong.class)
          .hasMessageContaining("500 tokens")
          .hasMessageContaining("has 495")
          .hasMessageContaining("may have 8");
    }
  }

  @Test
  void whatIsKeptForLostStagesHasABoundAndIsGivenBack() throws Exception {
    try (StandInSwarm swarm = new StandInSwarm(STAGES)) {
      Pipeline pipeline = swarm.pipeline(STAGES, new KeptBytes(10_000));

      assertThatThrownBy(() -> say(pipeline, "x".repeat(300)))
          .isInstanceOf(StageRefused.class)
          .hasMessageContaining("but the sessions need more");
      assertThat(say(pipeline, "short").text()).hasSize(TOKENS);
      assertThat(say(pipeline, "again").text()).hasSize(TOKENS);
    }
  }

  @Test
  void whatAllPipelinesKeepHasOneBound() throws Exception {
    KeptBytes kept = new KeptBytes(10_000);
    try (StandInSwarm swarm = new StandInSwarm(STAGES);
        StandInSwarm other = new StandInSwarm(STAGES)) {
      say(swarm.pipeline(STAGES, kept), "short");
      Pipeline pipeline = other.pipeline(STAGES, kept);
      assertThat(kept.take(9_000)).isTrue(); // by a session of another model

      assertThatThrownBy(() -> say(pipeline, "short")).isInstanceOf(StageRefused.class);
      kept.give(9_000);
      assertThat(say(pipeline, "short").text()).hasSize(TOKENS);
    }
  }

  @Test
  void aStageThatIsSilentEndsTheTextWhenItsTimeIsOver() throws Exception {
    try (StandInSwarm swarm = new StandInSwarm(STAGES)) {
      Pipeline pipeline = swarm.pipeline(STAGES);
      say(pipeline, PROMPT);
      swarm.disturb((stage, answer) -> stage == 1 ? null : answer);

      assertThatThrownBy(() -> sayWithin(Duration.ofSeconds(1), pipeline))
          .isInstanceOf(PipelineUnavailable.class)
          .hasMessage(
              "Expected the answer of the model 'stand-in' to be complete in time, but its stages were too slow or silent. Ask for fewer tokens, or when fewer ask");
      swarm.disturb((_, _) -> null);
      assertThatThrownBy(() -> sayWithin(Duration.ofSeconds(1), pipeline))
          .hasMessageContaining("too slow or silent");
    }
  }

  @Test
  void answersWithoutWhatBelongsToThemAreRefused() throws Exception {
    try (StandInSwarm swarm = new StandInSwarm(STAGES)) {
      Pipeline pipeline = swarm.pipeline(STAGES);

      swarm.disturb((_, answer) -> new Frame(header(answer), List.of()).encode());
      assertFails(pipeline, "Expected an earlier stage to give 'h0', but its answer is without it");
      swarm.disturb((_, answer) -> without("status", answer));
      assertFails(pipeline, "Expected a stage to say why not, but it did not");
      swarm.disturb((_, answer) -> without("token", answer));
      assertFails(pipeline, "Expected 'token' in the answer of a stage, but it is absent");
      swarm.disturb((_, answer) -> without("ids", answer));
      assertFails(pipeline, "Expected 'ids' in the answer of a stage, but it is absent");
    }
  }

  private void assertFails(Pipeline pipeline, String message) {
    assertThatThrownBy(() -> say(pipeline, PROMPT))
        .isInstanceOf(StageRefused.class)
        .hasMessage(message)
        .extracting(e -> ((StageRefused) e).code())
        .isEqualTo(422);
  }

  private static String header(ByteBuffer answer) {
    return Frame.decode(answer.duplicate()).header();
  }

  private static ByteBuffer without(String field, ByteBuffer answer) {
    return new Frame(
            header(answer).replace('"' + field + "\":", "\"other\":"),
            Frame.decode(answer.duplicate()).tensors())
        .encode();
  }

  @Test
  void anAnswerOfNoGivenLengthIsAsLongAsFits() throws Exception {
    try (StandInSwarm swarm = new StandInSwarm(STAGES)) {
      Result result =
          generation(swarm.pipeline(STAGES))
              .run(
                  new Prompt(null, "x".repeat(495)),
                  sampling(0),
                  Instant.MAX,
                  new StringBuilder()::append);

      assertThat(result.answerTokens()).isEqualTo(5);
    }
  }

  @Test
  void aDiskThatIsSlowToTakeAnOfferHoldsNobodyUp() throws Exception {
    try (StandInSwarm swarm = new StandInSwarm(STAGES)) {
      CountDownLatch disk = new CountDownLatch(1);
      swarm.stall(disk);
      Pipeline pipeline = swarm.pipeline(STAGES);
      while (pipeline.view().stages().stream().anyMatch(stage -> stage.epoch() == 0)) {
        Thread.onSpinWait();
      }
      pipeline.close();

      disk.countDown();
      while (swarm.heldBy("job2") != null || !swarm.knows("job2")) {
        Thread.onSpinWait(); // what was given up before it was on disk is taken back
      }

      assertThat(swarm.heldBy("job0")).isNull();
    }
  }

  @Test
  void whoeverHasNoRightToAStageIsNotLetIn() throws Exception {
    try (StandInSwarm swarm = new StandInSwarm(STAGES)) {
      Pipeline pipeline = swarm.pipeline(STAGES);
      say(pipeline, PROMPT);

      assertThat(pipeline.isHeld(0, "job0")).isTrue();
      assertThat(pipeline.isHeld(1, "job0")).isFalse();
      assertThat(pipeline.isHeld(0, "job77")).isFalse();
      assertThat(pipeline.isHeld(7, "job0")).isFalse();
      pipeline.close();
      assertThat(pipeline.isHeld(0, "job0")).isFalse();
    }
  }

  @Test
  void aPipelineThatWasStoppedSaysSo() {
    try (StandInSwarm swarm = new StandInSwarm(STAGES)) {
      Pipeline pipeline = swarm.pipeline(STAGES);
      pipeline.close();

      assertThatThrownBy(() -> say(pipeline, PROMPT))
          .isInstanceOf(PipelineUnavailable.class)
          .hasMessageContaining("it was stopped");
    }
  }

  private static void awaitMoved(Pipeline pipeline) {
    Instant deadline = Instant.now().plus(Duration.ofSeconds(20));
    while (pipeline.view().stages().get(1).epoch() < 2
        || !pipeline.view().stages().get(1).state().equals("ready")) {
      assertThat(Instant.now()).isBefore(deadline);
      Thread.onSpinWait();
    }
  }

  private String undisturbed(String prompt) throws IOException, InterruptedException {
    try (StandInSwarm swarm = new StandInSwarm(STAGES)) {
      return say(swarm.pipeline(STAGES), prompt).text();
    }
  }

  private Said say(Pipeline pipeline, String prompt) throws IOException, InterruptedException {
    StringBuilder text = new StringBuilder();
    Result result =
        generation(pipeline)
            .run(new Prompt(null, prompt), sampling(TOKENS), Instant.MAX, text::append);
    return new Said(text.toString(), result);
  }

  private void sayWithin(Duration time, Pipeline pipeline)
      throws IOException, InterruptedException {
    Instant deadline = StandInSwarm.CLOCK.instant().plus(time);
    Result _ =
        generation(pipeline)
            .run(new Prompt(null, PROMPT), sampling(TOKENS), deadline, new StringBuilder()::append);
  }

  private TextGeneration generation(Pipeline pipeline) {
    return new TextGeneration(
        pipeline, () -> "session" + ids.incrementAndGet(), StandInSwarm.CLOCK);
  }

  private static Sampling sampling(int tokens) {
    return new Sampling(tokens, 0.0, null, null, null, null);
  }

  private static <T> T get(Future<T> future) throws InterruptedException, ExecutionException {
    return future.get();
  }
}
