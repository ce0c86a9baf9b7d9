package org.mycoswarm.queue.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mycoswarm.queue.log.LogCursor;
import org.mycoswarm.queue.log.LogFailure;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.LogRecord;
import org.mycoswarm.queue.log.disks.SmallDisk;

/// Appends until a real disk is full, at many fillings, so that the end comes at another place each
/// time: a new file, Chronicle's table, an index page, the middle of the blocks given ahead.
class FullDiskTest {
  private static final LogSettings SETTINGS = new LogSettings(1 << 20, 1 << 14);
  private static final int ROUNDS = 30;

  @SuppressWarnings("NullAway.Init") // set up before each test
  @TempDir
  Path folder;

  enum Kind {
    EXT4,
    TMPFS
  }

  private long acknowledged;

  @ParameterizedTest
  @EnumSource(Kind.class)
  void nothingAcknowledgedIsLostWhenTheDiskIsFull(Kind kind) throws IOException {
    Path mounted = folder.resolve("disk");
    try (SmallDisk disk =
        kind == Kind.EXT4 ? SmallDisk.ext4(mounted, 32) : SmallDisk.tmpfs(mounted, 32)) {
      Path log = disk.folder().resolve("log");
      Path ofOthers = disk.folder().resolve("of-others");
      for (int round = 0; round < ROUNDS; round++) {
        fillBut(ofOthers, round == 0 ? 8 << 20 : (round - 1) * 20_000L);

        assertThat(appendUntilFull(log))
            .as("round %d", round)
            .hasMessageStartingWith("Expected to ")
            .hasMessageContaining("No space left on device")
            .hasMessageContaining("Look at the disk's room");

        Files.delete(ofOthers);
        assertGoesOn(log);
      }
    }
    assertThat(acknowledged).isGreaterThan(1_000);
  }

  private LogFailure appendUntilFull(Path folder) {
    try (ChronicleEventLog log = open(folder)) {
      for (long position = log.durable().value() + 1; ; position++) {
        log.append(AppendsUntilKilled.body(position));
        if (position % 20 == 0) {
          log.sync();
          acknowledged = position;
        }
      }
    } catch (LogFailure full) {
      return full;
    }
  }

  private void assertGoesOn(Path folder) {
    try (ChronicleEventLog log = open(folder)) {
      long position = log.first().value() - 1;
      try (LogCursor cursor = log.read(new LogPosition(position))) {
        for (LogRecord next = cursor.next(); next != null; next = cursor.next()) {
          position++;
          assertThat(next.position().value()).isEqualTo(position);
          assertThat(next.body()).isEqualTo(AppendsUntilKilled.body(position));
        }
      }
      assertThat(position).isGreaterThanOrEqualTo(acknowledged);
      log.append(AppendsUntilKilled.body(position + 1));
      log.sync();
      acknowledged = position + 1;
      log.dropBefore(new LogPosition(acknowledged));
    }
  }

  /// What another program does to the disk meanwhile. The disk itself needs some of the last bytes,
  /// so it may be full before.
  private static void fillBut(Path file, long freeBytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long bytes = Files.getFileStore(file).getUsableSpace() - freeBytes;
      for (long at = 0; at < bytes; ) {
        int chunk = (int) Math.min(64 << 10, bytes - at);
        at += channel.write(ByteBuffer.allocate(chunk), at);
      }
      channel.force(true);
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left on device");
    }
  }

  private ChronicleEventLog open(Path folder) {
    return ChronicleEventLog.open(folder, new LogPosition(acknowledged), SETTINGS);
  }
}
