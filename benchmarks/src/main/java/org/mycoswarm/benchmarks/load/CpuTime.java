package org.mycoswarm.benchmarks.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/// Processor time, user and system, of a process, its descendants, and its children that have
/// ended: `/proc/PID/stat` of Linux.
final class CpuTime {
  /// `getconf CLK_TCK`, which is 100 on every Linux that Java runs on.
  private static final double TICKS_PER_SECOND = 100;

  private CpuTime() {}

  static double of(ProcessHandle root) throws IOException {
    long ticks = ticks(root.pid());
    List<ProcessHandle> descendants = root.descendants().toList();
    for (ProcessHandle descendant : descendants) {
      ticks += ticks(descendant.pid());
    }
    return ticks / TICKS_PER_SECOND;
  }

  /// Fields 14 to 17: utime, stime, cutime, cstime. The name in field 2 may have blanks in it.
  private static long ticks(long pid) throws IOException {
    String stat;
    try {
      stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    } catch (NoSuchFileException e) {
      return 0; // it has ended since it was listed; its parent's fields have its time
    }
    List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
    return fields.subList(11, 15).stream().mapToLong(Long::parseLong).sum();
  }
}
