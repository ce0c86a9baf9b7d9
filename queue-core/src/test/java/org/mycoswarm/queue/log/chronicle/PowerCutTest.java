package org.mycoswarm.queue.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.queue.log.disks.Linux;
import org.mycoswarm.queue.log.disks.SmallDisk;

/// Cuts the power of a disk under a process that appends, across files, openings and retention, and
/// looks for what was acknowledged. 50 cuts; `-Dpowercuts=500` for the soak.
///
/// In every other cut the process is stopped first, so that nothing is acknowledged after it. In
/// the others it lives on and meets a disk that refuses: what it still acknowledges counts.
class PowerCutTest {
  @SuppressWarnings("NullAway.Init") // set up before each test
  @TempDir
  Path folder;

  private long acknowledged;
  private long dropped;

  @Test
  void nothingAcknowledgedIsLostWhenThePowerIsCut() throws IOException, InterruptedException {
    int cuts = Integer.getInteger("powercuts", 50);
    long seed = Long.getLong("mycoswarm.seed", System.nanoTime());
    System.out.println("PowerCutTest: repeat with -Dmycoswarm.seed=" + seed);
    Random random = new Random(seed);
    try (SmallDisk disk = SmallDisk.ext4(folder.resolve("disk"), 96)) {
      disk.unmount();
      Process next = start(disk, random.nextLong());
      for (int cut = 1; cut <= cuts; cut++) {
        disk.mount();
        Process process = next;
        next = start(disk, random.nextLong());
        runAndCut(
            disk,
            process,
            cut % 2 == 0,
            random.nextInt(60),
            "cut %d, seed %d".formatted(cut, seed));
        disk.unmount();
      }
      end(next);
    }
    System.out.printf(
        "PowerCutTest: %,d cuts, %,d acknowledged entries, %,d dropped by retention, 0 lost%n",
        cuts, acknowledged, dropped);
    assertThat(dropped > 0 || cuts < 50).as("retention took part").isTrue();
  }

  private void runAndCut(
      SmallDisk disk, Process process, boolean isStopped, int linesBeforeCut, String name)
      throws IOException, InterruptedException {
    BufferedReader lines = process.inputReader();
    expectOpened(lines, "warming up, " + name);
    for (String line = lines.readLine(); !"ready".equals(line); line = lines.readLine()) {
      assertThat(line).as(name).containsOnlyDigits();
    }
    new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8).println(acknowledged);
    long[] kept = expectOpened(lines, name);
    assertThat(kept[1]).as(name).isGreaterThanOrEqualTo(acknowledged);
    dropped = Math.max(dropped, kept[0] - 1);
    for (int i = 0; i < linesBeforeCut; i++) {
      note(lines.readLine(), name);
    }
    if (isStopped) {
      Linux.stop(process);
    }
    disk.cutPower();
    if (isStopped) {
      process.toHandle().destroyForcibly(); // the other one would close the reader, too
    }
    String last = noteRest(lines, name);
    assertThat(process.waitFor()).as("%s %s", name, last).isEqualTo(isStopped ? 137 : 0);
    if (!isStopped) {
      assertThat(last).as(name).contains("the disk refused");
    }
  }

  /// @return the first and the last position, as the process found them
  private static long[] expectOpened(BufferedReader lines, String name) throws IOException {
    String line = lines.readLine();
    assertThat(line).as(name).startsWith("opened ");
    String[] words = line.split(" ", -1);
    return new long[] {Long.parseLong(words[1]), Long.parseLong(words[2])};
  }

  private void note(@Nullable String line, String name) {
    assertThat(line).as(name).containsOnlyDigits();
    acknowledged = Long.parseLong(Objects.requireNonNull(line));
  }

  /// What the process had said before it was stopped, or says until it meets the failure.
  private String noteRest(BufferedReader lines, String name) throws IOException {
    String last = "";
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      last = line;
      if (!line.startsWith("refused ")) {
        note(line, name);
      }
    }
    return last;
  }

  /// Lets a process go that is not needed.
  private static void end(Process process) throws IOException, InterruptedException {
    process.getOutputStream().close();
    process.getInputStream().transferTo(OutputStream.nullOutputStream());
    assertThat(process.waitFor()).isZero();
  }

  /// Starts the process of the next cut while this one works: half of its time is warming up.
  private Process start(SmallDisk disk, long seed) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(AppendsUntilPowerCut.class.getName());
    command.add(disk.folder().resolve("log").toString());
    command.add(Long.toString(seed));
    command.add(folder.resolve("warm-up-" + Long.toHexString(seed)).toString());
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }
}
