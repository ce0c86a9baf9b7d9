package org.mycoswarm.queue.log.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.queue.log.disks.SmallDisk;

/// On a disk of 64 MiB, of which 16 are to stay free and 8 are ballast.
class DiskReserveTest {
  private static final long MIB = 1 << 20;
  private static final ReserveSettings SETTINGS = new ReserveSettings(16 * MIB, 0.05, 8 * MIB);

  @SuppressWarnings("NullAway.Init") // set up before each test
  @TempDir
  Path folder;

  private long nanos;

  @Test
  void belowTheWatermarkItIsLowAndItHealsWhenThereIsRoomAgain() throws IOException {
    try (SmallDisk disk = SmallDisk.tmpfs(folder.resolve("disk"), 64)) {
      DiskReserve reserve = open(disk);
      assertThat(reserve.watermarkBytes()).isEqualTo(16 * MIB);
      assertThat(reserve.lowOnRoom()).isFalse();
      assertThat(reserve.freeBytes()).isEqualTo(56 * MIB);

      fill(disk, 41 * MIB);
      assertThat(reserve.lowOnRoom()).as("for a second it does not look again").isFalse();
      aSecondPasses();

      assertThat(reserve.lowOnRoom()).isTrue();
      assertThat(reserve.freeBytes()).isEqualTo(15 * MIB);
      assertThat(ballast(disk))
          .as("there is still room to complete what is there")
          .hasSize(8 * MIB);

      makeRoom(disk);
      aSecondPasses();

      assertThat(reserve.lowOnRoom()).isFalse();
    }
  }

  @Test
  void theBallastIsGivenUpBeforeTheDiskIsFullAndGrowsAgain() throws IOException {
    try (SmallDisk disk = SmallDisk.tmpfs(folder.resolve("disk"), 64)) {
      DiskReserve reserve = open(disk);
      fill(disk, 56 * MIB);
      aSecondPasses();

      assertThat(reserve.lowOnRoom()).isTrue();
      assertThat(ballast(disk)).doesNotExist();
      assertThat(reserve.freeBytes()).isEqualTo(8 * MIB);

      makeRoom(disk);
      aSecondPasses();

      assertThat(reserve.lowOnRoom()).isFalse();
      assertThat(ballast(disk)).hasSize(8 * MIB);
    }
  }

  @Test
  void aFullDiskGetsItsRoomWhenItIsOpened() throws IOException {
    try (SmallDisk disk = SmallDisk.tmpfs(folder.resolve("disk"), 64)) {
      open(disk);
      fill(disk, 56 * MIB);

      DiskReserve reserve = open(disk);

      assertThat(reserve.lowOnRoom()).isTrue();
      assertThat(reserve.freeBytes()).isEqualTo(8 * MIB);
    }
  }

  @Test
  void theBallastNeverTakesRoomFromTheWatermark() throws IOException {
    try (SmallDisk disk = SmallDisk.tmpfs(folder.resolve("disk"), 64)) {
      fill(disk, 45 * MIB);
      DiskReserve reserve = open(disk);

      assertThat(reserve.lowOnRoom()).isFalse();
      assertThat(ballast(disk)).hasSize(3 * MIB);
      assertThat(reserve.freeBytes()).isEqualTo(16 * MIB);
    }
  }

  @Test
  void theLargerOfBytesAndShareIsTheWatermark() {
    assertThat(ReserveSettings.DEFAULT.watermarkBytes(4096 * MIB)).isEqualTo(512 * MIB);
    assertThat(ReserveSettings.DEFAULT.watermarkBytes(40960 * MIB)).isEqualTo(2048 * MIB);
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new ReserveSettings(-1, 0, 0))
        .hasMessage("Expected freeBytesMin and ballastBytes of 0 or more, but they are -1 and 0");
    assertThatThrownBy(() -> new ReserveSettings(0, 0.6, 0))
        .hasMessage("Expected freeShareMin from 0 to 0.5, but it is 0.6");
  }

  private DiskReserve open(SmallDisk disk) throws IOException {
    return DiskReserve.open(disk.folder(), SETTINGS, () -> nanos);
  }

  private void aSecondPasses() {
    nanos += TimeUnit.SECONDS.toNanos(1);
  }

  private static Path ballast(SmallDisk disk) {
    return disk.folder().resolve("ballast");
  }

  private static void fill(SmallDisk disk, long bytes) throws IOException {
    try (FileChannel file =
        FileChannel.open(
            disk.folder().resolve("of-others"),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE)) {
      for (long at = 0; at < bytes; at += MIB) {
        file.write(ByteBuffer.allocate((int) MIB), at);
      }
    }
  }

  private static void makeRoom(SmallDisk disk) throws IOException {
    Files.delete(disk.folder().resolve("of-others"));
  }
}
