package org.mycoswarm.queue.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.LogFailure;
import org.mycoswarm.queue.log.LogPosition;

/// Two processes and one folder.
class TwoProcessesTest {
  @SuppressWarnings("NullAway.Init") // set up before each test
  @TempDir
  Path folder;

  @Test
  void theSecondProcessIsRefusedUntilTheFirstIsGoneHoweverItEnded() throws Exception {
    Process first = start();
    try (BufferedReader lines = first.inputReader()) {
      assertThat(lines.readLine()).isEqualTo("0"); // it has the log open

      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(this::open)
            .isInstanceOf(LogFailure.class)
            .hasMessage(
                "Expected to be the only one who opens the log in '%s', but it is open already. Nothing was changed. Stop the broker that uses it, or give this one another folder."
                    .formatted(folder));
        assertThat(lines.readLine()).as("the first goes on").containsOnlyDigits();
      }
    } finally {
      first.toHandle().destroyForcibly();
    }
    assertThat(first.waitFor()).isEqualTo(137);

    try (EventLog log = open()) {
      assertThat(log.durable().isAfter(LogPosition.START)).isTrue();
      assertThatThrownBy(this::open).isInstanceOf(LogFailure.class);
    }
    open().close();
  }

  /// The kernel takes a process' lock away when any handle of the file is closed, also the one that
  /// a refused second opening had made.
  @Test
  void aRefusalInTheSameProcessDoesNotLetAnotherProcessIn() throws Exception {
    EventLog log = open();
    try (log) {
      assertThatThrownBy(this::open).isInstanceOf(LogFailure.class);

      Process other = start();

      assertThat(other.inputReader().readLine()).as("it never came to print a position").isNull();
      assertThat(other.waitFor()).isEqualTo(1);
    }
  }

  private EventLog open() {
    return ChronicleEventLog.open(folder, LogPosition.START, AppendsUntilKilled.SETTINGS);
  }

  private Process start() throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(AppendsUntilKilled.class.getName(), folder.toString(), "1"));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }
}
