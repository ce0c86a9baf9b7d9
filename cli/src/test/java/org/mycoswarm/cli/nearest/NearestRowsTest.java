package org.mycoswarm.cli.nearest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mycoswarm.cli.nearest.NearestRows.Row;

class NearestRowsTest {
  @Test
  void findsTheRowsThatPointWhereTheQuestionPoints() throws IOException {
    Npy matrix = matrix(new float[][] {{0, 1}, {5, 0}, {1, 1}, {-1, 0}});

    List<Row> nearest = NearestRows.of(new float[] {2, 0}, matrix, 2);

    assertThat(nearest).extracting(Row::number).containsExactly(1, 2);
    assertThat(nearest.get(0).similarity()).isCloseTo(1, within(1e-9));
    assertThat(nearest.get(1).similarity()).isCloseTo(Math.sqrt(0.5), within(1e-9));
  }

  @Test
  void namesTheEarlierOfTwoEqualRowsFirst() throws IOException {
    Npy matrix = matrix(new float[][] {{0, 1}, {1, 0}, {1, 0}, {1, 0}});

    List<Row> nearest = NearestRows.of(new float[] {1, 0}, matrix, 2);

    assertThat(nearest).extracting(Row::number).containsExactly(1, 2);
  }

  @Test
  void givesFewerWhenThereAreFewer() throws IOException {
    assertThat(NearestRows.of(new float[] {1}, matrix(new float[][] {{1}}), 3)).hasSize(1);
  }

  private static Npy matrix(float[][] rows) throws IOException {
    return Npy.open(new ByteArrayInputStream(NpyBytes.of(rows)));
  }
}
