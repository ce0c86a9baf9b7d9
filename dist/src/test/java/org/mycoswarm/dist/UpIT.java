package org.mycoswarm.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpIT {
  @TempDir Path folder;
  private Swarm swarm = new Swarm(Path.of("."));

  @BeforeEach
  void open() {
    swarm = new Swarm(folder);
  }

  @AfterEach
  void close() {
    swarm.close();
  }

  @Test
  void startsABrokerThatWasKilledAgainAndWatchGoesOn() {
    Program up = up();
    Path documents = Documents.many(folder.resolve("documents"), 60);
    String job = swarm.cli("embed", documents.toString(), "--detach").out().strip();
    Program watch = swarm.cliInBackground("watch", "watch", job);
    Await.until(Swarm.SOON, "work is done", () -> watch.log().contains(" read, "));

    long broker = swarm.brokerPid();
    int port = swarm.port();
    ProcessHandle.of(broker).orElseThrow().destroyForcibly();

    assertThat(watch.awaitEnd()).as(watch.log()).isZero();
    assertThat(watch.log()).contains("The connection to the broker is lost", "answers again");
    assertThat(up.log())
        .contains("The broker ended by itself with code 137; starting it again")
        .contains("The broker runs again.");
    assertThat(swarm.brokerPid()).isNotEqualTo(broker);
    assertThat(swarm.port()).isEqualTo(port);
  }

  @Test
  void endsBothProcessesWhenItIsEndedItself() {
    Program up = up();
    assertThat(running()).hasSize(2);

    int exit = up.stop();

    assertThat(exit).isEqualTo(143);
    assertThat(running()).isEmpty();
  }

  @Test
  void ctrlCEndsTheNodeFirstWhichHandsBackWhatItHolds() throws IOException {
    Program up = ready(swarm.cliInTerminal("up", "up", "--port", "0"));
    Path documents = Documents.many(folder.resolve("documents"), 200);
    swarm.cli("embed", documents.toString(), "--detach");
    Await.until(Swarm.SOON, "the node holds leases", () -> leases() > 0);

    up.interrupt();

    assertThat(up.awaitEnd()).as(up.log()).isEqualTo(130);
    assertThat(running()).isEmpty();
    assertThat(swarm.home().resolve("logs/node.log"))
        .content()
        .containsPattern("Reported \\d+ results and handed back \\d+ tasks")
        .doesNotContain("Expected to hand back");
  }

  @Test
  void aSecondBrokerInTheSameHomeSaysWhyItCannotRun() {
    Program up = up();

    CommandRun second = swarm.cli("up", "--port", "0");

    assertThat(second.exit()).as(second.all()).isNotZero();
    assertThat(second.err()).contains("Expected the broker to serve, but the broker ended");
    assertThat(up.alive()).isTrue();
  }

  private Program up() {
    return ready(swarm.cliInBackground("up", "up", "--port", "0"));
  }

  private Program ready(Program up) {
    Await.until(Swarm.SOON, "up is up", () -> up.log().contains("Ctrl-C ends it.") || !up.alive());
    assertThat(up.alive()).as(up.log()).isTrue();
    assertThat(up.log()).contains("Console: http://127.0.0.1:");
    swarm.awaitOnline(1);
    return up;
  }

  private int leases() {
    return swarm.api().get("/api/v1/nodes").path("items").path(0).path("leases").size();
  }

  private List<Long> running() {
    return ProcessHandle.allProcesses()
        .filter(
            process ->
                process
                    .info()
                    .commandLine()
                    .filter(line -> line.contains("--home " + swarm.home()))
                    .isPresent())
        .map(ProcessHandle::pid)
        .toList();
  }
}
