package org.mycoswarm.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;

class ProcessesTest {
  @TempDir Path folder;

  @Test
  void aChildThatIgnoresBeingAskedIsEndedByForce() throws InterruptedException {
    Child child = shell("stubborn", "trap '' TERM; echo deaf; while :; do sleep 1; done");
    Pause.until(
        Duration.ofSeconds(30), () -> child.lastWords().equals("deaf"), () -> lateFor(child));

    child.stop(Duration.ofMillis(300));

    assertThat(child.alive()).isFalse();
    assertThat(child.await()).isEqualTo(137);
  }

  @Test
  void aChildThatEndsWhenAskedIsNotKilled() throws InterruptedException {
    Child child = shell("polite", "exec sleep 60");

    child.stop(Duration.ofSeconds(30));

    assertThat(child.await()).isEqualTo(143);
  }

  @Test
  void aChildDoesNotHearCtrlCAndEndsWhenAsked() throws IOException, InterruptedException {
    Child child = shell("node", "echo ready; exec sleep 60");
    Pause.until(
        Duration.ofSeconds(30), () -> child.lastWords().equals("ready"), () -> lateFor(child));

    for (String signal : List.of("INT", "HUP")) {
      String pid = Long.toString(child.pid());
      assertThat(new ProcessBuilder("kill", "-s", signal, pid).start().waitFor()).isZero();
    }
    child.stop(Duration.ofSeconds(30));

    assertThat(child.await()).as("ended by SIGTERM, no signal before it").isEqualTo(143);
  }

  @Test
  void nothingIsStartedOnceTheSwarmIsStopped() {
    try (LocalSwarm swarm = new LocalSwarm(new Installation(folder), folder)) {
      swarm.stop();

      assertThatThrownBy(() -> swarm.startNode("node", List.of()))
          .isInstanceOf(CommandFailed.class)
          .hasMessage("Stopped before the node was started.");
    }
  }

  @Test
  void theLastWordsOfAChildAreInTheMessage() throws InterruptedException {
    Child child = shell("broker", "echo 'Expected port 6926 to be free'; exit 4");
    child.await();

    assertThatThrownBy(
            () -> {
              throw child.endedEarly("the broker to serve");
            })
        .hasMessageStartingWith(
            "Expected the broker to serve, but the broker ended with code 4. Its log is")
        .hasMessageEndingWith("Expected port 6926 to be free");
  }

  @Test
  void aProcessThatEndsByItselfIsStartedAgainAndThatIsSaidOnce() {
    AtomicBoolean stopping = new AtomicBoolean();
    List<String> said = new CopyOnWriteArrayList<>();
    ArrayDeque<Child> next =
        new ArrayDeque<>(List.of(shell("node", "exit 3"), shell("node", "exit 3")));

    new Restarter(stopping::get, said::add)
        .keep(
            next.poll(),
            () -> {
              stopping.set(true);
              return next.remove();
            });

    assertThat(said)
        .first()
        .asString()
        .startsWith("The node ended by itself with code 3; starting it again (log: ");
    assertThat(said.stream().filter(s -> s.contains("ended by itself"))).hasSize(1);
  }

  @Test
  void saysWhatIsMissingInTheInstallation() {
    assertThatThrownBy(() -> new Installation(folder).command("mycoswarm-broker", List.of()))
        .isInstanceOf(CommandFailed.class)
        .hasMessage(
            "Expected 'mycoswarm-broker-VERSION.jar' in '%s', but there is none. Build it: mvn -DskipTests package"
                .formatted(folder));
  }

  @Test
  void startsFromWhatTheLauncherRehearsedWhereThatIs() throws IOException {
    Path lib = Files.createDirectories(folder.resolve("lib"));
    Files.createFile(lib.resolve("mycoswarm-broker-0.1.jar"));
    Installation installation = new Installation(lib);
    assertThat(installation.command("mycoswarm-broker", List.of()).toString())
        .doesNotContain("AOTCache");

    Path cache = Files.createFile(folder.resolve("mycoswarm-broker.aot"));

    assertThat(installation.command("mycoswarm-broker", List.of()))
        .containsSubsequence("-XX:AOTCache=" + cache, "-jar");
  }

  @Test
  void whatWasRehearsedBeforeTheLastBuildIsNotStartedFrom() throws IOException {
    Path lib = Files.createDirectories(folder.resolve("lib"));
    Files.createFile(lib.resolve("mycoswarm-broker-0.1.jar"));
    Path core = Files.createFile(lib.resolve("mycoswarm-queue-core-0.1.jar"));
    Path cache = Files.createFile(folder.resolve("mycoswarm-broker.aot"));

    Files.setLastModifiedTime(
        core, FileTime.from(Files.getLastModifiedTime(cache).toInstant().plusSeconds(1)));

    assertThat(new Installation(lib).command("mycoswarm-broker", List.of()).toString())
        .doesNotContain("AOTCache");
  }

  private static CommandFailed lateFor(Child child) {
    return new CommandFailed(ExitCode.INTERNAL, "Expected other words: " + child.lastWords());
  }

  private Child shell(String name, String script) {
    return Child.start(name, List.of("/bin/sh", "-c", script), folder.resolve(name + ".log"));
  }
}
