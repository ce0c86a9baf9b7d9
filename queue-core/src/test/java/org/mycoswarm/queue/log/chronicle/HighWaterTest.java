package org.mycoswarm.queue.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HighWaterTest {
  @SuppressWarnings("NullAway.Init") // set up before each test
  @TempDir
  Path folder;

  @Test
  void theLastMarkIsFound() throws IOException {
    for (int position = 1; position <= 5; position++) {
      write(position);

      assertThat(found()).isEqualTo(position);
    }
  }

  @Test
  void aTornMarkCostsOnlyItself() throws IOException {
    write(7);
    write(8);
    LogOnDisk.flip(folder.resolve("high-water"), 4096 + 10);
    assertThat(found()).isEqualTo(7); // 8 went to the second slot

    write(9);
    assertThat(found()).isEqualTo(9);
  }

  @Test
  void nothingIsKnownWithoutAMark() throws IOException {
    assertThat(found()).isZero();
  }

  private void write(long position) throws IOException {
    try (LogFolder locked = LogFolder.lock(folder, Disk.REAL);
        HighWater highWater = HighWater.open(locked, Disk.REAL)) {
      highWater.write(new HighWater.Mark(position, new byte[Chain.BYTES]));
    }
  }

  private long found() throws IOException {
    try (LogFolder locked = LogFolder.lock(folder, Disk.REAL);
        HighWater highWater = HighWater.open(locked, Disk.REAL)) {
      return highWater.found().position();
    }
  }
}
