package org.mycoswarm.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands of the README and of the tutorials, run as they stand there, in their order, in one
/// shell. Two things differ: `./mycoswarm up` runs beside the rest, and the broker's port is a free
/// one.
class ReadmeIT {
  private static final Pattern BLOCK = Pattern.compile("(?m)^```sh\n(.*?)^```", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("\\[[^]]*]\\(([^)#:]+)\\)");

  @TempDir Path folder;

  @Test
  void everyCommandOfTheReadmeWorks() throws IOException {
    CommandRun run = run("README.md");

    assertThat(run.exit()).as(run.all()).isZero();
    assertThat(run.out()).contains("succeeded after").contains("event: end");
    assertThat(workFolder().resolve("docs.jsonl")).isNotEmptyFile();
    assertThat(workFolder().resolve("docs.npy")).isNotEmptyFile();
  }

  @Test
  void everyCommandOfTheTutorialWorks() throws IOException {
    CommandRun run = run("docs/tutorials/my-notes-every-night.md");

    assertThat(run.exit()).as(run.all()).isZero();
    assertThat(run.out())
        .contains("added      3 files")
        .contains("house/heating.txt")
        .contains("Generation 1 of notes serves")
        .contains("Collection notes is deleted.");
  }

  private CommandRun run(String page) throws IOException {
    List<String> blocks = blocks(page);
    assertThat(blocks.removeFirst().strip()).isEqualTo("./mycoswarm up");
    try (Swarm swarm = new Swarm(Files.createDirectories(folder.resolve("swarm")))) {
      Program up = swarm.cliInBackground("up", "up", "--port", "0");
      Await.until(
          Swarm.SOON, "up is up", () -> up.log().contains("Ctrl-C ends it.") || !up.alive());
      Path script = script(String.join("\n", blocks).replace(":6926", ":" + swarm.port()));
      return CommandRun.of(
          List.of("bash", "-euo", "pipefail", script.toString()),
          swarm.environment(),
          workFolder());
    }
  }

  @Test
  void everyLinkOfTheReadmeLeadsSomewhere() throws IOException {
    Matcher links = LINK.matcher(page("README.md"));
    List<String> broken = new ArrayList<>();
    while (links.find()) {
      if (!Files.exists(Swarm.ROOT.resolve(links.group(1)))) {
        broken.add(links.group(1));
      }
    }

    assertThat(broken).isEmpty();
  }

  /// Commands leave files where they run: that is a folder with the same names in it.
  private Path workFolder() throws IOException {
    Path work = folder.resolve("work");
    if (Files.notExists(work)) {
      Files.createDirectories(work);
      Files.createSymbolicLink(work.resolve("mycoswarm"), Swarm.ROOT.resolve("mycoswarm"));
      Documents.few(work.resolve("docs"));
      Documents.few(work.resolve("notes"));
    }
    return work;
  }

  private Path script(String commands) throws IOException {
    return Files.writeString(folder.resolve("readme.sh"), commands);
  }

  private static List<String> blocks(String page) throws IOException {
    List<String> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(page(page));
    while (block.find()) {
      blocks.add(block.group(1));
    }
    return blocks;
  }

  private static String page(String name) throws IOException {
    return Files.readString(Swarm.ROOT.resolve(name));
  }
}
