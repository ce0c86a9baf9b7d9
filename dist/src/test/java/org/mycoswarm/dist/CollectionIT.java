package org.mycoswarm.dist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.jerolba.carpet.CarpetReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.search.ExportedChunk;

/// A folder becomes searchable, and stays equal to its collection whatever happens to its files.
@Timeout(300)
class CollectionIT {
  /// One swarm for all: each test has a collection of its own.
  @TempDir static Path all;

  private static Swarm swarm;

  @TempDir Path folder;
  private Path notes;
  private String name = "";

  @BeforeAll
  static void startSwarm() {
    swarm = new Swarm(all.resolve("swarm"));
    swarm.broker();
    swarm.node("one");
    swarm.awaitOnline(1);
    swarm.embeddingModel();
  }

  @BeforeEach
  void makeFolder(TestInfo test) {
    notes = Documents.few(folder.resolve("notes"));
    name = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
  }

  @AfterAll
  static void stopAll() {
    swarm.close();
  }

  @Test
  void aNightFollowsTheFolder() throws IOException {
    CommandRun first = swarm.cli("index", notes.toString(), "--into", name);
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
    assertThat(swarm.cli("collections").all()).startsWith("exit 0").contains(name);
    assertThat(swarm.cli("collections", "report", name).all())
        .startsWith("exit 0")
        .contains("house/heating.txt");
  }

  @Test
  void aHitSaysWhereItStandsAndWhetherTheFileIsStillTheSame() throws IOException {
    swarm.cli("index", notes.toString(), "--into", name);

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
    assertThat(swarm.cli("search", name, "compost", "heap").all())
        .startsWith("exit 0")
        .contains("garden/compost.md")
        .contains("[the file is gone]");
  }

  @Test
  void aCollectionIsMeasuredAsItsReferenceSays() throws IOException {
    name = "notes";
    swarm.cli("index", notes.toString(), "--into", name);
    Path work = all.resolve("swarm");
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
  void eachBrokenFileIsInTheReportAndEveryGoodOneIsIndexed() throws IOException {
    for (int i = 0; i < 117; i++) {
      Documents.write(
          notes.resolve("good/%d.txt".formatted(i)), "Room %d is painted.".formatted(i));
    }
    byte[] locked = lockedPdf();
    write("locked.pdf", locked);
    write("cut.pdf", Arrays.copyOf(locked, 120));
    write("empty.txt", new byte[0]);
    write("program.docx", "\u007fELF\u0000\u0001\u0000".getBytes(UTF_8));
    bomb(notes.resolve("bad/bomb.odt"));
    try (RandomAccessFile line =
        new RandomAccessFile(notes.resolve("bad/line.txt").toFile(), "rw")) {
      line.setLength(1 << 30); // a hole on the disk, and a gigabyte without a line feed to read
    }

    CommandRun index = swarm.cli("index", notes.toString(), "--into", name);

    assertThat(index.all()).startsWith("exit 1").contains("failed");
    String run = swarm.api().get(address()).at("/run/run").asText();
    Map<String, String> bad = new TreeMap<>();
    Set<String> good = new TreeSet<>();
    for (JsonNode file : swarm.api().get(address() + "/runs/" + run + "/report").path("files")) {
      String path = file.path("path").asText();
      JsonNode failure = file.path("failure");
      if (path.startsWith("bad/")) {
        assertThat(failure.path("message").asText()).as(file.toString()).isNotBlank();
        bad.put(
            path.substring(4),
            "%s in %s: %s, tried again %s"
                .formatted(
                    file.path("change").asText(),
                    failure.path("stage").asText(),
                    failure.path("error").asText(),
                    failure.path("retryable").asBoolean()));
      } else if (file.path("change").asText().equals("added")) {
        good.add(path);
      }
    }
    assertThat(bad)
        .isEqualTo(
            Map.of(
                "cut.pdf", "failed in parse: broken, tried again false",
                "locked.pdf", "failed in parse: locked, tried again false",
                "empty.txt", "skipped in parse: empty, tried again false",
                "program.docx", "skipped in read: unsupported, tried again false",
                "bomb.odt", "failed in read: too-large, tried again false",
                "line.txt", "skipped in folder: left-out, tried again false"));
    assertThat(good).as("6 of 126 are broken").hasSize(120);
    assertThat(swarm.api().get(address()).path("documents").asInt()).isEqualTo(120);
  }

  private void write(String bad, byte[] bytes) throws IOException {
    Files.createDirectories(notes.resolve("bad"));
    Files.write(notes.resolve("bad").resolve(bad), bytes);
  }

  /// A PDF that wants a password which nobody knows: no password gives these keys.
  private static byte[] lockedPdf() {
    List<String> objects =
        List.of(
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
            "<< /Filter /Standard /V 1 /R 2 /P -4 /O <%1$s> /U <%1$s> >>"
                .formatted("0f".repeat(32)));
    StringBuilder pdf = new StringBuilder("%PDF-1.4\n");
    StringBuilder xref = new StringBuilder("xref\n0 5\n0000000000 65535 f \n");
    for (int i = 0; i < objects.size(); i++) {
      xref.append("%010d 00000 n \n".formatted(pdf.length()));
      pdf.append("%d 0 obj\n%s\nendobj\n".formatted(i + 1, objects.get(i)));
    }
    int start = pdf.length();
    pdf.append(xref)
        .append("trailer\n<< /Size 5 /Root 1 0 R /Encrypt 4 0 R /ID [<00> <00>] >>\n")
        .append("startxref\n%d\n%%%%EOF\n".formatted(start));
    return pdf.toString().getBytes(UTF_8);
  }

  /// Half a gigabyte in half a megabyte.
  private static void bomb(Path file) throws IOException {
    byte[] letters = new byte[1 << 20];
    Arrays.fill(letters, (byte) 'a');
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("mimetype"));
      zip.write("application/vnd.oasis.opendocument.text".getBytes(UTF_8));
      zip.putNextEntry(new ZipEntry("content.xml"));
      String office = "urn:oasis:names:tc:opendocument:xmlns:";
      zip.write(
          """
          <o:document-content xmlns:o="%1$soffice:1.0" xmlns:t="%1$stext:1.0"><o:body><o:text><t:p>"""
              .formatted(office)
              .getBytes(UTF_8));
      for (int i = 0; i < 512; i++) {
        zip.write(letters);
      }
    }
  }

  @Test
  void anEmptyFolderEmptiesNothingUnlessThatIsMeant() throws IOException {
    swarm.cli("index", notes.toString(), "--into", name);
    Path away = Files.move(notes, folder.resolve("away"));

    CommandRun gone = swarm.cli("index", "--into", name);
    assertThat(gone.exit()).isNotZero();
    Files.createDirectories(notes);
    CommandRun empty = swarm.cli("index", "--into", name);
    assertThat(empty.all()).startsWith("exit 1").contains("Is a disk missing?");
    assertThat(paths("compost")).isNotEmpty();

    assertThat(swarm.cli("index", "--into", name, "--allow-empty").all()).startsWith("exit 0");
    assertThat(paths("compost")).isEmpty();
    assertThat(away).exists();
  }

  @Test
  void aModelIsChangedAndChangedBackWhileSearchesGoOn() throws InterruptedException {
    Documents.many(notes, 12);
    swarm.cli("index", notes.toString(), "--into", name);
    String first = swarm.api().get(address()).path("model").asText();
    AtomicBoolean over = new AtomicBoolean();
    List<String> failed = new CopyOnWriteArrayList<>();
    Map<String, Set<String>> answers = new ConcurrentHashMap<>();
    AtomicInteger asked = new AtomicInteger();
    List<Thread> searchers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      searchers.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (!over.get()) {
                      ask(answers, failed);
                      asked.incrementAndGet();
                    }
                  }));
    }

    JsonNode report = run(Map.of("model", "all-minilm-l6-v2"));
    String second = swarm.api().get(address()).path("model").asText();
    awaitMore(asked);
    long begun = System.nanoTime();
    JsonNode back = swarm.api().post(address() + "/rollback", Map.of());
    long millis = (System.nanoTime() - begun) / 1_000_000;
    String third = swarm.api().get(address()).path("model").asText();
    awaitMore(asked);
    over.set(true);
    for (Thread searcher : searchers) {
      searcher.join();
    }

    System.out.printf(
        "CollectionIT: %d searches while a model was changed, going back took %d ms%n",
        asked.get(), millis);
    assertThat(report.path("state").asText()).as(report.toString()).isEqualTo("succeeded");
    assertThat(back.path("generation").asInt()).isOne();
    assertThat(second).isNotEqualTo(first);
    assertThat(third).isEqualTo(first);
    assertThat(failed).isEmpty();
    assertThat(answers.keySet()).contains("1 hybrid", "2 hybrid");
    assertThat(answers)
        .as("answers by generation")
        .allSatisfy((_, each) -> assertThat(each).hasSize(1));
  }

  private void ask(Map<String, Set<String>> answers, List<String> failed) {
    HttpResponse<String> answer =
        swarm
            .api()
            .postAny(address() + "/search", Api.jsonOf(Map.of("query", "chunks of document 7")));
    if (answer.statusCode() != 200) {
      failed.add(answer.statusCode() + " " + answer.body());
      return;
    }
    JsonNode found = Api.tree(answer);
    answers
        .computeIfAbsent(
            found.path("generation").asInt() + " " + found.path("mode").asText(),
            _ -> ConcurrentHashMap.newKeySet())
        .add(found.path("hits").toString());
  }

  private static void awaitMore(AtomicInteger asked) {
    int now = asked.get();
    Await.until(Duration.ofMinutes(1), "more is asked", () -> asked.get() > now + 20);
  }

  @Test
  void whatServesIsTakenElsewhereInEachForm() throws IOException {
    swarm.cli("index", notes.toString(), "--into", name);

    List<JsonNode> lines = lines(export("jsonl"));
    List<JsonNode> rows = lines(export("index"));
    ByteBuffer matrix = ByteBuffer.wrap(export("npy")).order(ByteOrder.LITTLE_ENDIAN);
    Path parquet = folder.resolve("notes.parquet");
    Files.write(parquet, export("parquet"));
    List<ExportedChunk> chunks = new CarpetReader<>(parquet.toFile(), ExportedChunk.class).toList();

    assertThat(lines).hasSize(3).hasSameSizeAs(rows).hasSameSizeAs(chunks);
    byte[] header = new byte[128];
    matrix.get(header);
    assertThat(new String(header, StandardCharsets.ISO_8859_1)).contains("'shape': (3, 384)");
    for (int i = 0; i < lines.size(); i++) {
      JsonNode line = lines.get(i);
      assertThat(chunks.get(i).text()).isEqualTo(line.path("text").asText());
      assertThat(chunks.get(i).path()).isEqualTo(line.path("path").asText());
      for (int j = 0; j < 384; j++) {
        float number = line.path("vector").get(j).floatValue();
        assertThat(matrix.getFloat()).isEqualTo(number);
        assertThat(chunks.get(i).vector().get(j)).isEqualTo(number);
      }
      ((ObjectNode) line).remove("vector");
      assertThat(rows.get(i)).isEqualTo(line);
    }
    assertThat(matrix.hasRemaining()).isFalse();
    CommandRun unknown = swarm.cli("collections", "export", "nobody");
    assertThat(unknown.exit()).as(unknown.all()).isEqualTo(4);
  }

  private byte[] export(String format) throws IOException {
    Path file = folder.resolve("export." + format);
    CommandRun run =
        swarm.cli("collections", "export", name, "--format", format, "-o", file.toString());
    assertThat(run.exit()).as(run.all()).isZero();
    return Files.readAllBytes(file);
  }

  private static List<JsonNode> lines(byte[] export) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : new String(export, StandardCharsets.UTF_8).lines().toList()) {
      lines.add(Json.LENIENT.readTree(line));
    }
    return lines;
  }

  private JsonNode run() {
    return run(Map.of());
  }

  private JsonNode run(Map<String, String> request) {
    JsonNode started = swarm.api().post(address() + "/runs", request);
    String run = address() + "/runs/" + started.path("run").asText();
    Await.until(
        Duration.ofMinutes(2),
        "the run ends",
        () -> !swarm.api().get(run).path("state").asText().equals("running"));
    return swarm.api().get(run + "/report");
  }

  private String address() {
    return "/api/v1/collections/" + name;
  }

  private JsonNode search(String query) {
    return swarm.api().post(address() + "/search", Map.of("query", query));
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
