package org.mycoswarm.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A broker whose home, with log, tables, blobs, snapshots and ballast, lies on a small disk that
/// another program fills to the last byte: submissions are refused, what is in the queue is
/// finished, people still see the page, and all of it heals by itself. Needs root.
@Timeout(300)
class FullDiskIT {
  /// Below 512 MiB free nothing is submitted, and 64 MiB are ballast.
  private static final String DISK = "900M";

  private static final String ONE_TASK =
      "{\"tasks\":[{\"kind\":\"%s\",\"payload\":{}}]}".formatted(LightNode.KIND);

  @TempDir Path folder;
  private UnderLoad load;
  private Swarm swarm;
  private Program broker;

  @BeforeEach
  void startOnASmallDisk() throws IOException {
    load = new UnderLoad(folder);
    swarm = load.swarm();
    Files.createDirectories(swarm.home());
    String image = folder.resolve("disk").toString();
    for (List<String> command :
        List.of(
            List.of("truncate", "-s", DISK, image),
            List.of("mkfs.ext4", "-q", "-m", "0", image),
            List.of("mount", "-o", "loop", image, swarm.home().toString()))) {
      CommandRun run = CommandRun.of(command, Map.of(), folder);
      Needs.DISKS.expect(run.exit() == 0, "this machine refused " + command + ": " + run.err());
    }
    broker = swarm.broker();
  }

  @AfterEach
  void unmount() {
    load.close();
    CommandRun _ = run("umount", "-l", swarm.home().toString());
  }

  @Test
  void aDiskThatOthersFillStopsSubmissionsAndNothingElseAndHealsByItself() throws IOException {
    Program submitters = load.hands("clients", 3, 0, 1);
    load.awaitSubmitted(150);

    Path others = fill();
    Await.until(Swarm.SOON, "submissions are refused", () -> submission() == 507);
    load.hands("nodes", 0, 3, 2);
    load.awaitDone(40);

    assertThat(submission()).as("while results are taken").isEqualTo(507);
    for (String path : List.of("/console/", "/api/v1", "/api/v1/jobs")) {
      assertThat(swarm.api().answers(path)).as(path).isTrue();
    }
    Files.delete(others);
    load.awaitProgress();
    submitters.kill();
    load.settle();
    System.out.println("FullDiskIT: " + load.figures());
  }

  /// Takes every block, as a program would that does not know when to stop.
  private Path fill() throws IOException {
    Path others = swarm.home().resolve("others");
    long free = Files.getFileStore(swarm.home()).getUsableSpace();
    run("fallocate", "-l", Long.toString(free - (1 << 20)), others.toString());
    CommandRun last = run("dd", "if=/dev/zero", "of=" + others + ".last", "bs=64k");
    assertThat(last.err()).contains("No space left on device");
    Files.delete(others.resolveSibling("others.last"));
    return others;
  }

  private int submission() {
    if (!broker.alive()) { // its log was refused: whoever keeps it running starts it again
      assertThat(broker.awaitEnd()).as(broker.log()).isEqualTo(70);
      broker = swarm.broker("--port", Integer.toString(swarm.port()));
    }
    return swarm.api().postAny("/api/v1/jobs", ONE_TASK).statusCode();
  }

  private CommandRun run(String... command) {
    return CommandRun.of(List.of(command), Map.of(), folder);
  }
}
