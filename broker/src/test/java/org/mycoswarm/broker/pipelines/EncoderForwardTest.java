package org.mycoswarm.broker.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mycoswarm.broker.pipelines.StandInStage.Death;
import org.mycoswarm.broker.pipelines.StandInSwarm.Doom;
import org.mycoswarm.sharding.frame.Tensor;

@Timeout(120)
class EncoderForwardTest {
  private static final int STAGES = 3;

  @Test
  void answersComeInTheOrderOfTheTexts() throws Exception {
    List<List<Integer>> texts = texts(20);
    try (StandInSwarm swarm = new StandInSwarm(STAGES)) {
      Pipeline pipeline = swarm.pipeline(STAGES);

      List<Float> together = through(pipeline, texts);

      List<Float> alone = new ArrayList<>();
      for (List<Integer> text : texts) {
        alone.addAll(through(pipeline, List.of(text)));
      }
      assertThat(together).isEqualTo(alone).doesNotHaveDuplicates();
      assertThat(pipeline.view().sessions()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whicheverStageDiesTheAnswersAreTheSame(Death death) throws Exception {
    List<List<Integer>> texts = texts(8);
    List<Float> undisturbed = undisturbed(texts);
    for (int stage = 0; stage < STAGES; stage++) {
      try (StandInSwarm swarm = new StandInSwarm(STAGES + 1)) {
        swarm.doom(new Doom(stage, 3, death));
        Pipeline pipeline = swarm.pipeline(STAGES);

        assertThat(through(pipeline, texts)).as("stage %d", stage).isEqualTo(undisturbed);

        assertThat(pipeline.view().stages().get(stage).epoch()).isEqualTo(2);
      }
    }
  }

  @Test
  void oneTextThatIsRefusedIsTheReasonForAll() throws Exception {
    List<List<Integer>> texts = new ArrayList<>(texts(6));
    texts.set(4, List.of(1, StandInStage.REFUSED_TOKEN));
    try (StandInSwarm swarm = new StandInSwarm(STAGES)) {
      Pipeline pipeline = swarm.pipeline(STAGES);

      assertThatThrownBy(() -> through(pipeline, texts))
          .isInstanceOfSatisfying(StageRefused.class, e -> assertThat(e.isAboutTheCall()).isTrue())
          .hasMessage("no such token");

      assertThat(through(pipeline, texts(2))).hasSize(2);
    }
  }

  @Test
  void aPipelineThatWasStoppedSaysSo() throws Exception {
    try (StandInSwarm swarm = new StandInSwarm(STAGES)) {
      Pipeline pipeline = swarm.pipeline(STAGES);
      through(pipeline, texts(1));
      pipeline.close();

      assertThatThrownBy(() -> through(pipeline, texts(5)))
          .isInstanceOf(PipelineUnavailable.class)
          .hasMessageContaining("it was stopped");
    }
  }

  private static List<Float> undisturbed(List<List<Integer>> texts) throws Exception {
    try (StandInSwarm swarm = new StandInSwarm(STAGES)) {
      return through(swarm.pipeline(STAGES), texts);
    }
  }

  private static List<Float> through(Pipeline pipeline, List<List<Integer>> texts)
      throws InterruptedException {
    List<Tensor> answers = new EncoderForward(pipeline, StandInSwarm.CLOCK).run(texts);
    return answers.stream().map(answer -> answer.floats()[0]).toList();
  }

  private static List<List<Integer>> texts(int count) {
    List<List<Integer>> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(List.of(100 + i, 200 - 3 * i, 7));
    }
    return texts;
  }
}
