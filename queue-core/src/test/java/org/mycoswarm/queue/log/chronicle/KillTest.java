package org.mycoswarm.queue.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.LogCursor;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.LogRecord;

class KillTest {
  private static final int ROUNDS = 8;

  @SuppressWarnings("NullAway.Init") // set up before each test
  @TempDir
  Path folder;

  @Test
  @Timeout(180)
  void nothingAcknowledgedIsLostWhenTheProcessIsKilled() throws IOException, InterruptedException {
    long seed = Long.getLong("mycoswarm.seed", System.nanoTime());
    System.out.println("KillTest: repeat with -Dmycoswarm.seed=" + seed);
    Random random = new Random(seed);
    long acknowledged = 0;
    for (int round = 0; round < ROUNDS; round++) {
      acknowledged = Math.max(acknowledged, runAndKill(random));

      assertThat(entriesReadBack(acknowledged))
          .as("round %d, seed %d", round, seed)
          .isGreaterThanOrEqualTo(acknowledged);
    }
    assertThat(acknowledged).isPositive();
  }

  /// @return the last position that the process said was durable, before or after the kill
  private long runAndKill(Random random) throws IOException, InterruptedException {
    Process process = start(random.nextLong());
    int linesBeforeKill = random.nextInt(150);
    long acknowledged = 0;
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        acknowledged = Long.parseLong(line);
        if (linesBeforeKill-- == 0) {
          process.toHandle().destroyForcibly(); // the other one would close the reader, too
        }
      }
    }
    assertThat(process.waitFor()).isEqualTo(137);
    return acknowledged;
  }

  private Process start(long seed) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(
        List.of(AppendsUntilKilled.class.getName(), folder.toString(), Long.toString(seed)));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private long entriesReadBack(long acknowledged) {
    try (EventLog log =
            ChronicleEventLog.open(
                folder, new LogPosition(acknowledged), AppendsUntilKilled.SETTINGS);
        LogCursor cursor = log.read(LogPosition.START)) {
      long position = 0;
      for (LogRecord next = cursor.next(); next != null; next = cursor.next()) {
        assertThat(next.position().value()).isEqualTo(++position);
        assertThat(next.body()).isEqualTo(AppendsUntilKilled.body(position));
      }
      return position;
    }
  }
}
