package org.mycoswarm.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.schema.json.Json;

class DemoIT {
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
  void embedsAFolderAnswersAQuestionAndLeavesNothingRunning() throws IOException {
    Path documents = Documents.few(folder.resolve("documents"));

    CommandRun run =
        swarm.cli("demo", documents.toString(), "--question", "When is the heating serviced?");

    assertThat(run.exit()).as(run.all()).isZero();
    assertThat(run.out())
        .contains("succeeded")
        .contains("node demo-1:", "node demo-2:", "chunks/s")
        .contains("unsupported photo.bin: ")
        .contains("skipped .hidden: hidden file")
        .contains("Question: When is the heating serviced?")
        .contains("Console: http://127.0.0.1:");
    assertThat(nearest(run)).startsWith("house/heating.txt");
    assertThat(run.out() + run.err()).doesNotContain("\r", "\u001b");
    Path results = home();
    assertThat(Files.readAllLines(results.resolve("results.jsonl")))
        .hasSize(3)
        .allSatisfy(line -> assertThat(Json.LENIENT.readTree(line).path("vector")).hasSize(384));
    assertThat(results.resolve("results.npy")).isNotEmptyFile();
    assertThat(results.resolve("report.json")).content().contains("photo.bin");
    assertThat(leftOvers()).isEmpty();
  }

  @Test
  void endsItsProcessesWhenItIsEndedItself() {
    Path documents = Documents.few(folder.resolve("documents"));
    Program demo = swarm.cliInBackground("demo", "demo", documents.toString(), "--stay");
    Await.until(
        Swarm.SOON.multipliedBy(2),
        "the demo stays up",
        () -> demo.log().contains("The swarm stays up.") || !demo.alive());
    assertThat(leftOvers()).as(demo.log()).hasSize(3);

    int exit = demo.stop();

    assertThat(exit).isEqualTo(143);
    assertThat(leftOvers()).isEmpty();
  }

  @Test
  void saysThatAFolderIsMissingBeforeAnythingStarts() {
    CommandRun run = swarm.cli("demo", folder.resolve("none").toString());

    assertThat(run.exit()).isEqualTo(4);
    assertThat(run.err()).startsWith("Expected '").contains("Nothing was started");
    assertThat(leftOvers()).isEmpty();
  }

  /// The first line below the question.
  private static String nearest(CommandRun run) {
    List<String> lines = run.out().lines().toList();
    int question = lines.indexOf("Question: When is the heating serviced?");
    return lines.get(question + 1).strip().replaceFirst("^[0-9.]+ +", "");
  }

  private Path home() throws IOException {
    try (Stream<Path> homes = Files.list(swarm.home().resolve("demo"))) {
      return homes.findFirst().orElseThrow();
    }
  }

  /// Processes that were started with a path of this test's folder and still run.
  private List<String> leftOvers() {
    return ProcessHandle.allProcesses()
        .flatMap(process -> process.info().commandLine().stream())
        .filter(line -> line.contains(swarm.home().resolve("demo").toString()))
        .toList();
  }
}
