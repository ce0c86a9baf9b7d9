package org.mycoswarm.cli.nearest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class NpyTest {
  @Test
  void readsRowAfterRow() throws IOException {
    byte[] file = NpyBytes.of(new float[][] {{1, 2, 3}, {4, 5, 6.5f}});

    Npy npy = Npy.open(new ByteArrayInputStream(file));

    assertThat(npy.rows()).isEqualTo(2);
    assertThat(npy.dimension()).isEqualTo(3);
    assertThat(npy.row()).containsExactly(1, 2, 3);
    assertThat(npy.row()).containsExactly(4, 5, 6.5f);
  }

  @Test
  void saysInWhichRowATornFileEnds() throws IOException {
    byte[] file = NpyBytes.of(new float[][] {{1, 2}, {3, 4}});
    Npy npy = Npy.open(new ByteArrayInputStream(file, 0, file.length - 3));
    npy.row();

    assertThatThrownBy(npy::row).hasMessage("Expected 2 rows, but the file ends in row 1");
  }

  @Test
  void refusesWhatIsNoNumPyFile() {
    assertThatThrownBy(() -> Npy.open(new ByteArrayInputStream("<html>nothing".getBytes(UTF_8))))
        .hasMessage("Expected a NumPy file of format 1.0, but it starts otherwise");
  }

  @Test
  void refusesOtherNumbersThanFloats() {
    byte[] file = NpyBytes.of(new float[][] {{1}}, "<f8");

    assertThatThrownBy(() -> Npy.open(new ByteArrayInputStream(file)))
        .hasMessageStartingWith(
            "Expected a matrix of '<f4' in C order, but the header is '{'descr'")
        .hasMessageContaining("<f8");
  }
}
