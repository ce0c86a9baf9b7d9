package org.mycoswarm.queue.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class EnvelopeTest {
  private static final Envelope ENTRY =
      new Envelope(42, 40, new byte[Chain.BYTES], new byte[] {1, 2, 3});

  @Test
  void anEntryComesBackAsItWas() throws Unreadable {
    Envelope back = Envelope.read(bytes());

    assertThat(back.position()).isEqualTo(42);
    assertThat(back.durable()).isEqualTo(40);
    assertThat(back.body()).containsExactly(1, 2, 3);
  }

  @Test
  void whatIsNoEntrySaysWhy() {
    assertUnreadable(new byte[10], "Expected an entry of 48 bytes or more, but it is 10");
    assertUnreadable(new byte[48], "Expected the mark 4d59434f of an entry, but it is 00000000");
    assertUnreadable(Arrays.copyOf(bytes(), 60), "Expected a body of 12 bytes, but it is 3");
  }

  @Test
  void anEntryOfAnotherFormatSaysSo() {
    byte[] newer = bytes();
    newer[5] = 2;
    CRC32C crc = new CRC32C();
    crc.update(newer, 0, 44);
    crc.update(newer, 48, 3);
    ByteBuffer.wrap(newer).putInt(44, (int) crc.getValue());

    assertUnreadable(newer, "Expected format version 1, which this program knows, but it is 2");
  }

  private static void assertUnreadable(byte[] bytes, String message) {
    assertThatThrownBy(() -> Envelope.read(bytes))
        .isInstanceOf(Unreadable.class)
        .hasMessage(message);
  }

  private static byte[] bytes() {
    byte[] bytes = Arrays.copyOf(ENTRY.header(), Envelope.HEADER_BYTES + 3);
    System.arraycopy(ENTRY.body(), 0, bytes, Envelope.HEADER_BYTES, 3);
    return bytes;
  }
}
