package org.mycoswarm.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A node that ends while ONNX Runtime computes, told to or killed: the native library has a
/// shutdown hook that takes a JVM down which still computes, and unpacks itself into the temporary
/// folder. This one has a temporary folder of its own, in which a crash would also leave its
/// report.
@Timeout(300)
class NodeEndsIT {
  private static final Duration BUSY = Duration.ofMillis(500);

  @TempDir Path folder;
  private Path temporary;
  private Swarm swarm;
  private int starts;

  @BeforeEach
  void startBroker() throws IOException {
    temporary = Files.createDirectories(folder.resolve("temporary"));
    swarm = new Swarm(folder.resolve("swarm"));
    swarm.broker();
    swarm.programsUnder(
        Map.of(
            "JDK_JAVA_OPTIONS",
            "-Djava.io.tmpdir=%s -XX:ErrorFile=%s/crash.log".formatted(temporary, temporary)));
  }

  @AfterEach
  void stopAll() {
    swarm.close();
  }

  @Test
  void whereverANodeEndsInItsWorkNothingIsLeftBehind() {
    Program terminated = workingNode();
    assertThat(terminated.stop()).as(terminated::log).isZero();
    assertThat(terminated.log()).doesNotContain("SIG", "fatal error", "cut off");
    assertThat(left()).isEmpty();

    Program killed = workingNode();
    killed.kill();
    assertThat(left()).as("files in %s", temporary).isEmpty();

    Program again = workingNode();
    assertThat(again.stop()).as(again::log).isZero();
    assertThat(left()).isEmpty();
  }

  /// A node in the middle of a task that would take it minutes.
  private Program workingNode() {
    Program node = swarm.node("busy", "--stop-seconds", "1");
    starts++;
    Await.until(
        Swarm.SOON,
        "the node has registered",
        () -> node.log().split(" workers and can: ", -1).length > starts);
    String model = swarm.embeddingModel();
    List<String> texts = Collections.nCopies(20_000, "Fungi have no leaves.");
    Map<String, Object> task =
        Map.of(
            "kind",
            "embed",
            "model",
            model,
            "payload",
            Map.of("model", model, "role", "passage", "texts", texts));
    swarm.api().post("/api/v1/jobs", Map.of("tasks", List.of(task)));
    Await.until(
        Swarm.SOON,
        "the node has a task",
        () -> swarm.api().get("/api/v1/nodes").toString().contains("\"leases\":[{"));
    Duration before = cpu(node);
    Await.until(Swarm.SOON, "the node computes", () -> cpu(node).minus(before).compareTo(BUSY) > 0);
    return node;
  }

  private static Duration cpu(Program node) {
    return ProcessHandle.of(node.pid())
        .flatMap(process -> process.info().totalCpuDuration())
        .orElse(Duration.ZERO);
  }

  /// Files, of any process: what is empty takes no room, and the next start takes it away.
  private List<Path> left() {
    try (Stream<Path> files = Files.walk(temporary)) {
      return files.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
