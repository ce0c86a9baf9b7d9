package org.mycoswarm.node.work;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class NpyMatrixTest {
  @Test
  void writesWhatNumPyReads() {
    byte[] file = NpyMatrix.write(List.of(new float[] {1, 2, 3}, new float[] {-4, 0.5f, 6}), 3);

    ByteBuffer read = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[8];
    read.get(magic);
    byte[] header = new byte[read.getShort()];
    read.get(header);
    assertThat(new String(magic, ISO_8859_1)).isEqualTo("\u0093NUMPY\u0001\u0000");
    assertThat(new String(header, ISO_8859_1))
        .startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }")
        .endsWith("\n");
    assertThat(read.position() % 64).isZero();
    assertThat(new float[] {read.getFloat(), read.getFloat(), read.getFloat()})
        .containsExactly(1, 2, 3);
    assertThat(new float[] {read.getFloat(), read.getFloat(), read.getFloat()})
        .containsExactly(-4, 0.5f, 6);
    assertThat(read.hasRemaining()).isFalse();
  }

  @Test
  void noRowsAreAFileToo() {
    assertThat(NpyMatrix.write(List.of(), 384)).hasSize(128);
  }
}
