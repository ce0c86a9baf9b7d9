package org.mycoswarm.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.schema.json.Json;

/// Broker, nodes and the processes that read documents die again and again while a collection is
/// built, brought up to date and switched to another generation: it ends as it would have without
/// that, and no search sees a document half old and half new.
///
/// When to kill is chosen by what is seen of the run, never by time: a kill that came too late is
/// not counted, and is tried again in the next run.
class CollectionKilledIT {
  private static final int KILLS = Integer.getInteger("index.kills", 20);
  private static final int DOCUMENTS = 14;
  private static final int LETTERS = 6;
  private static final String NAME = "/api/v1/collections/notes";
  private static final Set<Integer> NOTHING_YET = Set.of(404, 409, 503);
  private static final Pattern WRITING = Pattern.compile("writing number (\\d+)");

  /// What dies, and when.
  private enum Kill {
    BROKER,
    NODE,
    READER_WITH_A_DOCUMENT,
    BROKER_IN_A_COMMIT,
    BROKER_AT_THE_SWITCH
  }

  /// Of twenty kills.
  private static final Map<Kill, Integer> SHARES =
      new EnumMap<>(
          Map.of(
              Kill.BROKER, 5,
              Kill.NODE, 5,
              Kill.READER_WITH_A_DOCUMENT, 5,
              Kill.BROKER_IN_A_COMMIT, 3,
              Kill.BROKER_AT_THE_SWITCH, 2));

  private final long seed = Long.getLong("mycoswarm.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final AtomicInteger looked = new AtomicInteger();

  @TempDir Path folder;

  @Test
  @Timeout(3600)
  void theIndexIsAsItWouldHaveBeen() throws Exception {
    System.out.println("CollectionKilledIT: -Dmycoswarm.seed=" + seed);
    try (Swarm swarm = new Swarm(folder.resolve("swarm"))) {
      Storm storm = new Storm(swarm);
      AtomicBoolean over = new AtomicBoolean();
      List<String> wrong = new ArrayList<>();
      Thread searcher = Thread.ofPlatform().start(() -> look(swarm, over, wrong));
      for (Kill kill : plan()) {
        storm.strike(kill);
      }
      storm.awaitRun();
      over.set(true);
      searcher.join();
      System.out.printf("CollectionKilledIT: %s, %d hits seen%n", storm, looked.get());
      String stormy = swarm.api().text(NAME + "/export");

      assertThat(wrong).as("hits half old and half new, and unexpected answers").isEmpty();
      assertThat(looked).hasPositiveValue();
      assertThat(storm.struck.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(KILLS);
      assertThat(stormy).isEqualTo(calm(swarm, storm));
    }
  }

  /// What one undisturbed run makes of the same folder, when no vector is left of what was before.
  private static String calm(Swarm swarm, Storm storm) {
    storm.forget();
    storm.start();
    JsonNode report = storm.awaitRun();
    String calm = swarm.api().text(NAME + "/export");
    long texts = lines(calm).stream().map(line -> line.path("hash").asText()).distinct().count();
    assertThat(report.path("chunksEmbedded").asLong()).isEqualTo(texts);
    return calm;
  }

  private List<Kill> plan() {
    List<Kill> plan = new ArrayList<>();
    while (plan.size() < KILLS) {
      List<Kill> twenty = new ArrayList<>();
      SHARES.forEach((kill, times) -> twenty.addAll(Collections.nCopies(times, kill)));
      Collections.shuffle(twenty, random);
      plan.addAll(twenty);
    }
    return plan.subList(0, KILLS);
  }

  private final class Storm {
    private final Swarm swarm;
    private final Path notes = folder.resolve("notes");
    private final Map<String, Program> nodes = new HashMap<>();
    private final Map<Kill, Integer> struck = new EnumMap<>(Kill.class);
    private final Set<String> readerDied = new HashSet<>();
    private Program broker;
    private String run = "";
    private int generation;
    private int writing;
    private int runs;
    private int late;
    private int chunkTokens = 200;

    Storm(Swarm swarm) {
      this.swarm = swarm;
      this.broker = broker(swarm, 0);
      for (String name : List.of("one", "two")) {
        nodes.put(name, swarm.node(name));
      }
      swarm.embeddingModel();
      rewrite();
    }

    /// A node that was killed holds its leases until they expire: that takes a moment here.
    private static Program broker(Swarm swarm, int port) {
      return swarm.broker("--port", Integer.toString(port), "--lease-seconds", "2");
    }

    void strike(Kill kill) {
      while (!hits(kill)) {
        late++;
      }
      struck.merge(kill, 1, Integer::sum);
    }

    private boolean hits(Kill kill) {
      return switch (kill) {
        case BROKER -> reaches(random.nextDouble()) && restartBroker();
        case NODE -> reaches(random.nextDouble()) && restartNode();
        case READER_WITH_A_DOCUMENT -> killReader();
        case BROKER_IN_A_COMMIT -> killInCommit();
        case BROKER_AT_THE_SWITCH -> killAtSwitch();
      };
    }

    /// Brings the folder to its next form, of which no text is known yet.
    private void rewrite() {
      write(notes, ++writing);
      start();
    }

    private void start() {
      JsonNode started =
          swarm
              .api()
              .post(NAME + "/runs", Map.of("folder", notes.toString(), "chunkTokens", chunkTokens));
      run = started.path("run").asText();
      generation = started.path("generation").asInt();
      readerDied.clear();
      runs++;
    }

    private void rewriteUnlessRunning() {
      if (!isRunning()) {
        awaitRun();
        rewrite();
      }
    }

    /// @param point of a run: 0 at its start, 1 when every text is embedded
    /// @return false when it ended before that was seen
    private boolean reaches(double point) {
      rewriteUnlessRunning();
      for (JsonNode view = view(); isRunning(view); view = view()) {
        if (done(view.path("progress")) >= point) {
          return true;
        }
        LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
      }
      return false;
    }

    private static double done(JsonNode progress) {
      double documents = Math.max(1, progress.path("documents").asInt());
      double chunks = Math.max(1, progress.path("chunksToEmbed").asInt());
      return progress.path("documentsRead").asInt() / documents / 2
          + progress.path("chunksEmbedded").asInt() / chunks / 2;
    }

    private boolean restartBroker() {
      broker.kill();
      broker = broker(swarm, swarm.port());
      return true;
    }

    private boolean restartNode() {
      String name = random.nextBoolean() ? "one" : "two";
      Objects.requireNonNull(nodes.get(name)).kill();
      nodes.put(name, swarm.node(name));
      return true;
    }

    /// Kills the first process that gets a letter to read. A letter that ends two of them would be
    /// given up, and rightly: each node loses one a run at most.
    private boolean killReader() {
      rewriteUnlessRunning();
      Map<Path, Long> given = new HashMap<>();
      while (readerDied.size() < nodes.size() && isRunning()) {
        for (Map.Entry<String, Program> node : nodes.entrySet()) {
          if (!readerDied.contains(node.getKey()) && killWithDocument(node.getValue(), given)) {
            readerDied.add(node.getKey());
            return true;
          }
        }
      }
      awaitRun();
      return false;
    }

    private static boolean killWithDocument(Program node, Map<Path, Long> given) {
      Optional<ProcessHandle> reader =
          ProcessHandle.of(node.pid()).stream()
              .flatMap(ProcessHandle::children)
              .filter(child -> workFolder(child).isPresent())
              .findFirst();
      if (reader.isEmpty()) {
        return false;
      }
      Path document = workFolder(reader.get()).orElseThrow().resolve("document");
      long at = modified(document);
      Long before = given.putIfAbsent(document, at);
      return (before == null ? at > 0 && isFresh(at) : before != at)
          && reader.get().destroyForcibly();
    }

    /// 0 when it is not there.
    private static long modified(Path file) {
      try {
        return Files.getLastModifiedTime(file).toMillis();
      } catch (IOException e) {
        return 0;
      }
    }

    private static boolean isFresh(long millis) {
      return System.currentTimeMillis() - millis < 20;
    }

    private static Optional<Path> workFolder(ProcessHandle process) {
      String option = "-Djava.io.tmpdir=";
      return Arrays.stream(process.info().arguments().orElse(new String[0]))
          .filter(argument -> argument.startsWith(option))
          .map(argument -> Path.of(argument.substring(option.length())))
          .findFirst();
    }

    /// The first new file of an index that is kept up to date is the start of a commit.
    private boolean killInCommit() {
      awaitRun();
      rewrite();
      Set<String> before = indexFiles();
      await(() -> !indexFiles().equals(before));
      restartBroker();
      return commits(indexFiles()).equals(commits(before)) || isRunning();
    }

    /// What the next generation holds is on the disk; that it serves is not in the log yet.
    private boolean killAtSwitch() {
      awaitRun();
      String old = swarm.api().text(NAME + "/export");
      int serving = serving();
      chunkTokens = chunkTokens == 200 ? 100 : 200;
      start();
      await(() -> commits(indexFiles()).contains("segments_2"));
      restartBroker();
      boolean before = serving() == serving;
      String then = swarm.api().text(NAME + "/export");
      awaitRun();
      String built = swarm.api().text(NAME + "/export");
      assertThat(built).isNotEqualTo(old);
      assertThat(then).as("what serves after the kill").isIn(old, built);
      return before;
    }

    private int serving() {
      return swarm.api().get(NAME).path("generation").asInt();
    }

    /// Looks as often as it can, until it is so or the run has ended.
    private void await(BooleanSupplier reached) {
      long nextLook = 0;
      while (!reached.getAsBoolean()) {
        if (System.nanoTime() > nextLook) {
          if (!isRunning()) {
            return;
          }
          nextLook = System.nanoTime() + Duration.ofMillis(50).toNanos();
        }
        Thread.onSpinWait();
      }
    }

    private Set<String> indexFiles() {
      Path index = swarm.home().resolve("collections/notes/generation-" + generation);
      try (Stream<Path> files = Files.list(index)) {
        return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
      } catch (NoSuchFileException e) {
        return Set.of(); // not yet
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static Set<String> commits(Set<String> files) {
      return files.stream().filter(f -> f.startsWith("segments_")).collect(Collectors.toSet());
    }

    /// Every run succeeds, and leaves the documents as the folder has them.
    JsonNode awaitRun() {
      Await.until(Duration.ofMinutes(5), "the run ends", () -> !isRunning());
      JsonNode report = swarm.api().get(NAME + "/runs/" + run + "/report");
      assertThat(report.path("state").asText()).as(report.toString()).isEqualTo("succeeded");
      List<JsonNode> chunks = lines(swarm.api().text(NAME + "/export"));
      assertThat(chunks.stream().map(chunk -> chunk.path("path").asText()).distinct())
          .hasSize(DOCUMENTS + LETTERS);
      assertThat(writings(chunks.toString())).containsExactly(writing);
      return report;
    }

    void forget() {
      String url = swarm.api().url() + NAME;
      assertThat(swarm.api().send(HttpRequest.newBuilder(URI.create(url)).DELETE()).statusCode())
          .isEqualTo(204);
    }

    private JsonNode view() {
      return swarm.api().get(NAME + "/runs/" + run);
    }

    private boolean isRunning() {
      return isRunning(view());
    }

    private static boolean isRunning(JsonNode view) {
      return view.path("state").asText().equals("running");
    }

    @Override
    public String toString() {
      return "killed %s in %d runs, tried again %d times".formatted(struck, runs, late);
    }
  }

  /// Every paragraph of a document says of which writing it is. A broker that is away cannot
  /// answer, and one that starts may have nothing to search yet; any other refusal is wrong.
  private void look(Swarm swarm, AtomicBoolean over, List<String> wrong) {
    String body = Api.jsonOf(Map.of("query", "writing paragraph", "mode", "text"));
    while (!over.get()) {
      try {
        HttpResponse<String> answer = swarm.api().postAny(NAME + "/search", body);
        if (answer.statusCode() == 200) {
          check(Api.tree(answer), wrong);
        } else if (!NOTHING_YET.contains(answer.statusCode())) {
          wrong.add(answer.statusCode() + " " + answer.body());
        }
      } catch (UncheckedIOException e) {
        // The broker is away.
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos()); // leaves the machine to the runs
    }
  }

  private void check(JsonNode answer, List<String> wrong) {
    for (JsonNode hit : answer.path("hits")) {
      looked.incrementAndGet();
      if (writings(hit.path("passages").toString()).size() > 1) {
        wrong.add(hit.toString());
      }
    }
  }

  private static Set<Integer> writings(String text) {
    Set<Integer> found = new HashSet<>();
    for (Matcher writing = WRITING.matcher(text); writing.find(); ) {
      found.add(Integer.valueOf(writing.group(1)));
    }
    return found;
  }

  private static List<JsonNode> lines(String export) {
    return export.lines().map(CollectionKilledIT::json).toList();
  }

  private static JsonNode json(String line) {
    try {
      return Json.LENIENT.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path notes, int writing) {
    for (int i = 0; i < DOCUMENTS; i++) {
      Documents.write(
          notes.resolve("part-%d/document-%d.md".formatted(i % 7, i)),
          "# Document %d%n%n".formatted(i) + paragraphs("## Paragraph ", i, writing));
    }
    for (int i = 0; i < LETTERS; i++) { // what a process of its own reads
      Documents.write(
          notes.resolve("part-%d/letter-%d.eml".formatted(i % 7, i)),
          "From: one@example.org\nTo: two@example.org\nSubject: Letter %d\n\n".formatted(i)
              + paragraphs("Paragraph ", DOCUMENTS + i, writing));
    }
  }

  private static String paragraphs(String heading, int document, int writing) {
    StringBuilder text = new StringBuilder();
    for (int paragraph = 0; paragraph < 4; paragraph++) {
      text.append(heading).append(paragraph).append("\n\n");
      for (int sentence = 0; sentence < 3; sentence++) {
        text.append("Of writing number %d of document %d. ".formatted(writing, document))
            .append("The swarm reads it, cuts it into chunks and embeds each of them. ");
      }
      text.append("\n\n");
    }
    return text.toString();
  }
}
