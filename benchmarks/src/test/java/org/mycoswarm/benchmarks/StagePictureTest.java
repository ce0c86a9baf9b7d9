package org.mycoswarm.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.mycoswarm.benchmarks.load.Spread;

class StagePictureTest {
  @Test
  void aPointAsFastAsTheLawLiesOnItsLine() {
    StagePicture.Point point = new StagePicture.Point(2, 2, Spread.of(50));

    String svg = new StagePicture(List.of(point), 20).text();

    assertThat(svg).contains("L210.0 95.7H630.0", "cx=\"210.0\" cy=\"95.7\"");
  }
}
