package org.mycoswarm.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class BulkCourseTest {
  private final BulkCourse course = new BulkCourse();

  @Test
  void ofAThousandLinesAtFaultEachIsNamedAndThenOneOfAChunk() {
    List<ChunkJobs.Fault> ten =
        Collections.nCopies(10, new ChunkJobs.Fault(1, ProblemException.badRequest("x")));
    for (int named = 0; named < 990; named += 10) {
      assertThat(course.named(ten)).hasSize(10);
    }

    assertThat(course.named(ten.subList(0, 5))).hasSize(5);
    assertThat(course.named(ten)).hasSize(5);
    assertThat(course.named(ten)).hasSize(1);
    assertThat(course.named(ten)).hasSize(1);
  }
}
