package org.mycoswarm.queue.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Which tasks of a job are ready, for jobs of every size.
class JobFlowTest {
  private final JobFlow flow =
      new JobFlow(
          new OpenJob(Job.born(new JobId("job"), JobSpec.Order.USUAL)),
          new Line(new Line.Key(new Requirement("chunk", null), null), List.of(), 0));

  @Test
  void knowsWhatIsReadyAsASetOfNumbersWould() {
    SplittableRandom random = new SplittableRandom(7);
    TreeSet<Integer> expected = new TreeSet<>();
    for (int i = 0; i < 20_000; i++) {
      int number = random.nextInt(200);
      if (random.nextBoolean()) {
        flow.ready(number);
        expected.add(number);
      } else {
        flow.unready(number);
        expected.remove(number);
      }

      int from = random.nextInt(210);
      Integer next = expected.ceiling(from);
      assertThat(flow.next(from)).isEqualTo(next == null ? -1 : next);
      assertThat(flow.isReady(from)).isEqualTo(expected.contains(from));
      assertThat(flow.isEmpty()).isEqualTo(expected.isEmpty());
      assertThat(flow.ready().boxed().toList()).containsExactlyElementsOf(expected);
    }
  }

  @Test
  void isEmptyAgainWhenTheLastIsTaken() {
    for (int number : new int[] {0, 63, 64, 100_000}) {
      flow.ready(number);
      assertThat(flow.isEmpty()).isFalse();

      flow.unready(number);

      assertThat(flow.isEmpty()).isTrue();
      assertThat(flow.next(0)).isEqualTo(-1);
    }
  }
}
