package org.mycoswarm.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/// How long the disk takes to keep 1 KiB for good, which bounds every contender that syncs.
final class SyncTime {
  private static final int TIMES = 300;

  private SyncTime() {}

  static String of(Path folder) throws IOException {
    Path file = folder.resolve("sync");
    double[] millis = new double[TIMES];
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int i = 0; i < TIMES; i++) {
        long start = System.nanoTime();
        channel.write(ByteBuffer.allocate(1_024));
        channel.force(false);
        millis[i] = (System.nanoTime() - start) / 1e6;
      }
    }
    Files.delete(file);
    Arrays.sort(millis);
    return "p50 %.2f ms, p99 %.2f ms".formatted(millis[TIMES / 2], millis[TIMES * 99 / 100]);
  }
}
