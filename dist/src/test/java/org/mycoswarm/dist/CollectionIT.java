package org.mycoswarm.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A folder becomes searchable, and stays equal to its collection whatever happens to its files.
@Timeout(300)
class CollectionIT {
  private static final String NAME = "/api/v1/collections/notes";

  @TempDir Path folder;
  private Swarm swarm;
  private Path notes;

  @BeforeEach
  void startSwarm() {
    swarm = new Swarm(folder.resolve("swarm"));
    swarm.broker();
    swarm.node("one");
    swarm.awaitOnline(1);
    swarm.embeddingModel();
    notes = Documents.few(folder.resolve("notes"));
  }

  @AfterEach
  void stopAll() {
    swarm.close();
  }

  @Test
  void aNightFollowsTheFolder() throws IOException {
    CommandRun first = swarm.cli("index", notes.toString(), "--into", "notes");
    assertThat(first.all()).startsWith("exit 0").contains("added      3 files");
    assertThat(paths("when is the heating serviced?")).first().isEqualTo("house/heating.txt");

    JsonNode second = run();
    assertThat(second.path("counts").path("unchanged").asInt()).isEqualTo(3);
    assertThat(second.path("chunksEmbedded").asInt()).isZero();
    assertThat(second.path("indexWrites").asInt()).isZero();

    Files.move(notes.resolve("boat.html"), notes.resolve("garden/boat.html"));
    Files.copy(notes.resolve("house/heating.txt"), notes.resolve("house/copy.txt"));
    Files.delete(notes.resolve("garden/compost.md"));
    JsonNode third = run();
    assertThat(counts(third))
        .isEqualTo(Map.of("added", 1, "moved", 1, "removed", 1, "unchanged", 1, "skipped", 2));
    assertThat(third.path("chunksEmbedded").asInt()).isZero();
    assertThat(new TreeSet<>(paths("compost heating boat")))
        .isEqualTo(Set.of("garden/boat.html", "house/copy.txt", "house/heating.txt"));

    Documents.write(notes.resolve("house/heating.txt"), "The oven is swept in May.");
    JsonNode fourth = run();
    assertThat(fourth.path("counts").path("changed").asInt()).isOne();
    assertThat(fourth.path("chunksEmbedded").asInt()).isOne();
    assertThat(paths("when is the oven swept?")).first().isEqualTo("house/heating.txt");
    assertThat(swarm.cli("collections").all()).startsWith("exit 0").contains("notes");
    assertThat(swarm.cli("collections", "report", "notes").all())
        .startsWith("exit 0")
        .contains("house/heating.txt");
  }

  @Test
  void aHitSaysWhereItStandsAndWhetherTheFileIsStillTheSame() throws IOException {
    swarm.cli("index", notes.toString(), "--into", "notes");

    JsonNode hit = search("how often is the compost turned?").path("hits").get(0);
    assertThat(hit.path("path").asText()).isEqualTo("garden/compost.md");
    assertThat(hit.path("source").asText()).isEqualTo("same");
    JsonNode passage = hit.path("passages").get(0);
    String text = Files.readString(notes.resolve("garden/compost.md"));
    assertThat(passage.path("text").asText())
        .isEqualTo(text.substring(passage.path("start").asInt(), passage.path("end").asInt()));
    assertThat(passage.path("heading").asText()).isEqualTo("Compost");

    Documents.write(notes.resolve("garden/compost.md"), "Nothing is left of it.");
    assertThat(search("compost").path("hits").get(0).path("source").asText()).isEqualTo("changed");
    Files.delete(notes.resolve("garden/compost.md"));
    assertThat(search("compost").path("hits").get(0).path("source").asText()).isEqualTo("gone");
    assertThat(swarm.cli("search", "notes", "compost", "heap").all())
        .startsWith("exit 0")
        .contains("garden/compost.md")
        .contains("[the file is gone]");
  }

  @Test
  void aCollectionIsMeasuredAsItsReferenceSays() throws IOException {
    swarm.cli("index", notes.toString(), "--into", "notes");
    Path work = folder.resolve("swarm");
    Files.writeString(
        work.resolve("topics.txt"),
        """
        <DOC><DOCNO>1</DOCNO>when is the heating serviced?</DOC>
        <DOC><DOCNO>2</DOCNO>how often is the compost heap turned?</DOC>
        """);
    Files.writeString(work.resolve("qrels.txt"), "1 0 house/heating.txt 1\n2 0 compost 1\n");
    String reference = Files.readString(Swarm.ROOT.resolve("docs/reference/search.md"));
    String command =
        reference.lines().filter(l -> l.startsWith("./mycoswarm eval")).findFirst().orElseThrow();

    CommandRun measured = swarm.cli(command.substring("./mycoswarm ".length()).split(" "));

    assertThat(measured.exit()).as(measured.all()).isZero();
    assertThat(reference).contains("```\n" + measured.out() + "```");
  }

  @Test
  void anEmptyFolderEmptiesNothingUnlessThatIsMeant() throws IOException {
    swarm.cli("index", notes.toString(), "--into", "notes");
    Path away = Files.move(notes, folder.resolve("away"));

    CommandRun gone = swarm.cli("index", "--into", "notes");
    assertThat(gone.exit()).isNotZero();
    Files.createDirectories(notes);
    CommandRun empty = swarm.cli("index", "--into", "notes");
    assertThat(empty.all()).startsWith("exit 1").contains("Is a disk missing?");
    assertThat(paths("compost")).isNotEmpty();

    assertThat(swarm.cli("index", "--into", "notes", "--allow-empty").all()).startsWith("exit 0");
    assertThat(paths("compost")).isEmpty();
    assertThat(away).exists();
  }

  private JsonNode run() {
    JsonNode started = swarm.api().post(NAME + "/runs", Map.of());
    String run = NAME + "/runs/" + started.path("run").asText();
    Await.until(
        Duration.ofMinutes(2),
        "the run ends",
        () -> !swarm.api().get(run).path("state").asText().equals("running"));
    return swarm.api().get(run + "/report");
  }

  private JsonNode search(String query) {
    return swarm.api().post(NAME + "/search", Map.of("query", query));
  }

  private List<String> paths(String query) {
    return search(query).path("hits").valueStream().map(hit -> hit.path("path").asText()).toList();
  }

  private static Map<String, Integer> counts(JsonNode report) {
    Map<String, Integer> counts = new TreeMap<>();
    report
        .path("counts")
        .propertyStream()
        .forEach(e -> counts.put(e.getKey(), e.getValue().asInt()));
    return counts;
  }
}
