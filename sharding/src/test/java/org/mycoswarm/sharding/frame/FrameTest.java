package org.mycoswarm.sharding.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What goes in comes out, and what was damaged on the way does not.
class FrameTest {
  private static final Tensor HIDDEN =
      Tensor.ofFloats("/layers.0/Add", List.of(1L, 2L, 3L), 1, -2.5f, 3, 0, Float.NaN, 6);
  private static final Tensor IDS = Tensor.ofLongs("ids", List.of(2L), 7, Long.MIN_VALUE);
  private static final Frame FRAME =
      new Frame("{\"call\":7,\"text\":\"naïve 🙂\"}", List.of(HIDDEN, IDS));

  @Test
  void a_frame_comes_out_as_it_went_in() {
    assertThat(Frame.decode(FRAME.encode())).isEqualTo(FRAME);
  }

  @Test
  void random_frames_come_out_as_they_went_in() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);

    for (int i = 0; i < 500; i++) {
      Frame frame = randomFrame(random);
      assertThat(Frame.decode(frame.encode())).as("seed %d", seed).isEqualTo(frame);
    }
  }

  @Test
  void a_frame_is_read_wherever_it_lies_in_a_buffer() {
    ByteBuffer encoded = FRAME.encode();
    ByteBuffer within = ByteBuffer.allocateDirect(encoded.remaining() + 5).position(3);
    within.put(encoded).limit(within.position()).position(3);

    assertThat(Frame.decode(within)).isEqualTo(FRAME);
  }

  @Test
  void every_tensor_s_data_begins_at_a_multiple_of_eight() {
    Tensor odd =
        new Tensor("odd", ElementType.BOOL, List.of(3L), ByteBuffer.wrap(new byte[] {1, 0, 1}));

    ByteBuffer encoded = new Frame("{}", List.of(odd, IDS)).encode();

    assertThat(encoded.order(ByteOrder.LITTLE_ENDIAN).getLong(encoded.limit() - 20)).isEqualTo(7);
    assertThat((encoded.limit() - 20) % 8).isZero();
  }

  @Test
  void every_damaged_byte_is_noticed() {
    byte[] encoded = FRAME.encode().array();

    for (int i = 0; i < encoded.length; i++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] damaged = encoded.clone();
        damaged[i] ^= (byte) (1 << bit);
        assertThatThrownBy(() -> Frame.decode(ByteBuffer.wrap(damaged)))
            .as("byte %d, bit %d", i, bit)
            .isInstanceOf(FrameDamaged.class)
            .hasMessageContaining("they changed on the way; the frame is dropped.");
      }
    }
  }

  @Test
  void every_frame_that_ends_too_early_is_noticed() {
    byte[] encoded = FRAME.encode().array();

    for (int length = 0; length < encoded.length; length++) {
      ByteBuffer cut = ByteBuffer.wrap(encoded, 0, length);
      assertThatThrownBy(() -> Frame.decode(cut)).isInstanceOf(FrameDamaged.class);
    }
  }

  @Test
  void
      a_sender_that_encodes_nonsense_with_a_right_checksum_is_refused_and_never_breaks_the_reader() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    byte[] encoded = FRAME.encode().array();

    for (int i = 0; i < 20_000; i++) {
      byte[] bent = encoded.clone();
      for (int j = random.nextInt(1, 4); j > 0; j--) {
        bent[random.nextInt(bent.length)] = (byte) random.nextInt();
      }
      seal(bent);
      try {
        assertThat(Frame.decode(ByteBuffer.wrap(bent)).tensors()).hasSizeLessThan(257);
      } catch (FrameDamaged e) {
        assertThat(e.getMessage()).as("seed %d", seed).startsWith("Expected ");
      }
    }
  }

  @Test
  void what_does_not_begin_as_a_frame_is_perhaps_of_another_version() {
    byte[] other = FRAME.encode().array();
    other[3] = '2';
    seal(other);

    assertThatThrownBy(() -> Frame.decode(ByteBuffer.wrap(other)))
        .hasMessage(
            "Expected a frame that begins with \"MSF1\", but it begins with 4d534632; the sender may be of another version.");
  }

  @Test
  void a_length_that_leads_past_the_end_is_refused() {
    byte[] longer = FRAME.encode().array();
    ByteBuffer.wrap(longer).order(ByteOrder.LITTLE_ENDIAN).putInt(4, Integer.MAX_VALUE);
    seal(longer);

    assertThatThrownBy(() -> Frame.decode(ByteBuffer.wrap(longer)))
        .hasMessage(
            "Expected the %d bytes that the frame has to hold what it says, but they do not; the frame is dropped.",
            longer.length);
  }

  @Test
  void bytes_after_the_last_tensor_are_refused() {
    byte[] more = new Frame("", List.of()).encode().array();
    byte[] grown = new byte[more.length + 2];
    System.arraycopy(more, 0, grown, 0, more.length - 4);
    seal(grown);

    assertThatThrownBy(() -> Frame.decode(ByteBuffer.wrap(grown)))
        .hasMessage(
            "Expected the frame to end with its last tensor, but 2 bytes follow; the frame is dropped.");
  }

  @Test
  void a_header_that_is_not_text_is_refused() {
    byte[] bent = new Frame("ab", List.of()).encode().array();
    bent[8] = (byte) 0xFF;
    seal(bent);

    assertThatThrownBy(() -> Frame.decode(ByteBuffer.wrap(bent)))
        .hasMessage("Expected text in UTF-8, but it is not; the frame is dropped.");
  }

  @Test
  void a_frame_has_a_largest_size_and_a_largest_number_of_tensors() {
    Tensor large =
        new Tensor("x", ElementType.INT8, List.of(64L << 20), ByteBuffer.allocate(64 << 20));
    List<Tensor> many = Stream.generate(() -> IDS).limit(257).toList();

    assertThatThrownBy(() -> new Frame("", List.of(large)).encode())
        .hasMessageStartingWith(
            "Expected a frame of at most 67108864 bytes, but this one has 67108")
        .hasMessageEndingWith("; send the prompt in smaller chunks.");
    assertThatThrownBy(() -> new Frame("", many))
        .hasMessage("Expected at most 256 tensors in a frame, but there are 257.");
  }

  private static void seal(byte[] frame) {
    ByteBuffer all = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
    int end = frame.length - 4;
    all.putInt(end, Frame.checksum(all.slice(0, end)));
  }

  private static Frame randomFrame(SplittableRandom random) {
    String header = "é".repeat(random.nextInt(40));
    return new Frame(
        header, Stream.generate(() -> randomTensor(random)).limit(random.nextInt(5)).toList());
  }

  private static Tensor randomTensor(SplittableRandom random) {
    ElementType[] types = ElementType.values();
    ElementType type = types[random.nextInt(types.length)];
    List<Long> shape = random.longs(random.nextInt(9), 0, 4).boxed().toList();
    long elements = shape.stream().reduce(1L, (a, b) -> a * b);
    byte[] data = new byte[Math.toIntExact(elements * type.bytes())];
    random.nextBytes(data);
    byte[] name = new byte[random.nextInt(256)];
    Arrays.fill(name, (byte) 'n');
    return new Tensor(new String(name, StandardCharsets.UTF_8), type, shape, ByteBuffer.wrap(data));
  }
}
