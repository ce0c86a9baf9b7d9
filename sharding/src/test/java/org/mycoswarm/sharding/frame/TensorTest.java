package org.mycoswarm.sharding.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A tensor holds exactly what its shape says, and halves without becoming infinite.
class TensorTest {
  @Test
  void half_precision_rounds_as_the_jdk_does_and_comes_back_as_floats() {
    Tensor whole = Tensor.ofFloats("h", List.of(4L), 1f, 0.1f, -65_504f, 1e-9f);

    Tensor half = whole.toHalf();

    assertThat(half.type()).isEqualTo(ElementType.FLOAT16);
    assertThat(half.data().remaining()).isEqualTo(8);
    assertThat(half.toFloat().floats())
        .containsExactly(1f, Float.float16ToFloat(Float.floatToFloat16(0.1f)), -65_504f, 0f);
    assertThat(half.toFloat().toHalf()).isEqualTo(half);
  }

  @Test
  void a_tensor_that_half_precision_cannot_hold_stays_whole() {
    Tensor wide = Tensor.ofFloats("h", List.of(2L), 1f, 65_505f);

    assertThat(wide.toHalf()).isSameAs(wide);
  }

  @Test
  void infinite_values_and_those_that_are_no_number_stay_so_in_half_precision() {
    Tensor odd =
        Tensor.ofFloats("h", List.of(2L), Float.NEGATIVE_INFINITY, Float.NaN).toHalf().toFloat();

    assertThat(odd.floats()).containsExactly(Float.NEGATIVE_INFINITY, Float.NaN);
  }

  @Test
  void only_floats_have_a_half() {
    Tensor ids = Tensor.ofLongs("ids", List.of(2L), 1, 2);

    assertThat(ids.toHalf()).isSameAs(ids);
    assertThat(ids.toFloat()).isSameAs(ids);
    assertThat(ids.longs()).containsExactly(1, 2);
  }

  @Test
  void two_readers_of_one_tensor_do_not_disturb_each_other() {
    Tensor ids = Tensor.ofLongs("ids", List.of(1L), 258);
    ByteBuffer first = ids.data();

    assertThat(first.getLong()).isEqualTo(258);
    assertThat(ids.data().getLong()).isEqualTo(258);
    assertThatThrownBy(() -> ids.data().put(0, (byte) 1))
        .isInstanceOf(ReadOnlyBufferException.class);
  }

  @Test
  void a_scalar_has_no_dimensions_and_an_empty_tensor_no_bytes() {
    assertThat(Tensor.ofFloats("s", List.of(), 3f).floats()).containsExactly(3f);
    assertThat(Tensor.ofFloats("e", List.of(1L, 0L, 8L)).data().remaining()).isZero();
  }

  @Test
  void data_must_be_as_long_as_type_and_shape_say() {
    assertThatThrownBy(() -> Tensor.ofFloats("h", List.of(2L, 2L), 1f, 2f))
        .hasMessage("Expected 16 bytes for tensor \"h\" (FLOAT [2, 2]), but there are 8.");
    assertThatThrownBy(() -> Tensor.ofFloats("h", List.of(0xFFFF_FFFFL, 0xFFFF_FFFFL, 8L)))
        .hasMessageStartingWith("Expected 9223372036854775807 bytes for tensor \"h\"");
  }

  @Test
  void shapes_and_names_have_bounds() {
    assertThatThrownBy(() -> Tensor.ofFloats("h", Collections.nCopies(9, 1L), 1f))
        .hasMessage("Expected at most 8 dimensions, but tensor \"h\" has 9.");
    assertThatThrownBy(() -> Tensor.ofFloats("h", List.of(-1L)))
        .hasMessage("Expected dimensions from 0 to 4294967295, but tensor \"h\" has [-1].");
    assertThatThrownBy(() -> Tensor.ofFloats("n".repeat(256), List.of(0L)))
        .hasMessageStartingWith("Expected a tensor's name of at most 255 bytes, but \"nnn");
  }

  @Test
  void elements_are_read_only_as_what_they_are() {
    assertThatThrownBy(() -> Tensor.ofLongs("ids", List.of(1L), 1).floats())
        .hasMessage("Expected tensor \"ids\" to be of FLOAT, but it is of INT64.");
  }

  @Test
  void element_types_have_the_numbers_of_onnx() {
    assertThat(ElementType.of(1)).isEqualTo(ElementType.FLOAT);
    assertThat(ElementType.of(10)).isEqualTo(ElementType.FLOAT16);
    assertThatThrownBy(() -> ElementType.of(8))
        .hasMessage(
            "Expected an element type of whole bytes, but ONNX's type 8 is not one that can be cut or sent (such as strings or 4-bit integers).");
  }
}
