package org.mycoswarm.queue.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LogSettingsTest {
  @Test
  void aSegmentHoldsAtLeastOneByte() {
    assertThatThrownBy(() -> new LogSettings(0, 1 << 20))
        .hasMessage("Expected segmentBytes of 1 or more, but it is 0");
  }

  @Test
  void theLargestRecordHasABound() {
    assertThatThrownBy(() -> new LogSettings(1, 1_023))
        .hasMessage("Expected recordBytesMax from 1,024 to 33,554,432, but it is 1,023");
    assertThatThrownBy(() -> new LogSettings(1, (32 << 20) + 1))
        .hasMessage("Expected recordBytesMax from 1,024 to 33,554,432, but it is 33,554,433");
  }

  @Test
  void aBlockHoldsEightOfTheLargestRecords() {
    assertThat(LogSettings.DEFAULT.blockBytes()).isEqualTo(64L << 20);
    assertThat(new LogSettings(1, 1 << 10).blockBytes()).isEqualTo(1L << 20);
  }
}
