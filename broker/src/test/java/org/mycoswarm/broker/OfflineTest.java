package org.mycoswarm.broker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.broker.history.LogLines;
import org.mycoswarm.broker.projection.History;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.engine.Replay;
import org.mycoswarm.queue.engine.Replay.Replayed;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.chronicle.ChronicleEventLog;
import org.mycoswarm.queue.log.chronicle.LogSettings;
import org.mycoswarm.queue.log.files.SnapshotFiles;
import org.mycoswarm.queue.log.json.JsonEventCodec;
import org.mycoswarm.queue.log.json.JsonStateImageCodec;
import picocli.CommandLine;

/// What the broker's program does with a home while no broker runs.
class OfflineTest {
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}|[0-9a-f]{32}");

  private final History history =
      new History()
          .node("digger", "dig")
          .submit("one", History.task("dig", "a"), History.task("dig", "b"))
          .after(Duration.ofMinutes(1))
          .lease("digger", 1)
          .complete("one.0.1")
          .lease("digger", 1)
          .fail("one.1.1", "rock", false);

  @TempDir private Path folder;
  private Path home;

  private record Outcome(int exit, String out, String err) {
    String hash() {
      Matcher hash = HASH.matcher(out);
      assertThat(hash.find()).as(out).isTrue();
      return hash.group();
    }
  }

  @BeforeEach
  void write() throws Exception {
    home = Files.createDirectories(folder.resolve("home"));
    JsonEventCodec codec = new JsonEventCodec();
    try (ChronicleEventLog log =
        ChronicleEventLog.open(home.resolve("log"), LogPosition.START, LogSettings.DEFAULT)) {
      for (LogEntry entry : entries()) {
        log.append(codec.encode(entry.at(), entry.cause(), entry.events()));
      }
      log.sync();
    }
  }

  @Test
  void aWholeLogIsFoundWhole() {
    Outcome verified = run("log", "verify", "--home", home.toString());

    assertThat(verified.exit()).as(verified.err()).isZero();
    assertThat(verified.out()).contains("Every byte of 6 entries is what was written");
    assertThat(verified.hash()).isNotEmpty();
  }

  @Test
  void aDamagedLogIsNamedByPositionAndFile() throws Exception {
    Path file;
    try (Stream<Path> files = Files.walk(home.resolve("log"))) {
      file = files.filter(each -> each.toString().endsWith(".cq4")).findFirst().orElseThrow();
    }
    flipByteOf(file, "\"rock\"");

    Outcome verified = run("log", "verify", "--home", home.toString());

    assertThat(verified.exit()).isEqualTo(1);
    assertThat(verified.err())
        .contains("Expected position 6 of the log at byte")
        .contains(file.toString());
  }

  @Test
  void oneEntryIsShownWithItsEvents() {
    Outcome shown = run("log", "--home", home.toString(), "show", "3");

    assertThat(shown.exit()).as(shown.err()).isZero();
    assertThat(shown.out()).contains("\"position\" : 3").contains("\"event\" : \"task.leased\"");
    assertThat(run("log", "show", "7", "--home", home.toString()).err())
        .contains("Expected a position from 1 to 6, but it is 7");
  }

  @Test
  void anExportMakesALogWithTheSameState() throws Exception {
    Path file = export();
    Path other = folder.resolve("other");

    Outcome imported = run("log", "import", file.toString(), "--home", other.toString());

    assertThat(imported.exit()).as(imported.err()).isZero();
    assertThat(imported.out()).contains("6 entries imported into");
    String hash = run("log", "verify", "--home", home.toString()).hash();
    assertThat(imported.hash()).isEqualTo(hash);
    assertThat(run("log", "verify", "--home", other.toString()).hash()).isEqualTo(hash);
    assertThat(run("replay", "--home", other.toString()).hash()).isEqualTo(hash);
  }

  @Test
  void nothingIsImportedOfAFileThatIsNotWhole() throws Exception {
    Path file = export();
    List<String> lines = Files.readAllLines(file);
    Path other = folder.resolve("other");

    Files.write(file, Stream.concat(lines.stream().limit(2), lines.stream().skip(3)).toList());
    assertThat(run("log", "import", file.toString(), "--home", other.toString()).err())
        .contains("Expected line 3 of", "to be entry 3 of a log", "but it is entry 4; nothing was");
    Files.write(file, List.of(lines.get(0), "{\"position\":2,\"v\":1}"));
    assertThat(run("log", "import", file.toString(), "--home", other.toString()).err())
        .contains("Expected line 2 of")
        .contains("nothing was imported");
    Files.write(
        file, List.of(lines.get(0), lines.get(2).replace("\"position\":3", "\"position\":2")));
    assertThat(run("log", "import", file.toString(), "--home", other.toString()).err())
        .contains("Expected line 2 of")
        .contains("to follow those before it");
    assertThat(other.resolve("log")).doesNotExist();
  }

  @Test
  void onlyAnEmptyHomeIsImportedInto() throws Exception {
    Outcome refused = run("log", "import", export().toString(), "--home", home.toString());

    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err())
        .contains("Expected an empty home, but")
        .contains("nothing was changed");
  }

  @Test
  void aStateIsShownAsItWasAndNothingIsChanged() throws Exception {
    run("replay", "--home", home.toString());
    Map<String, String> before = files();

    Outcome then = run("replay", "--to", "3", "--home", home.toString());
    Outcome earlier =
        run("replay", "--to", History.START.plusSeconds(59).toString(), "--home", home.toString());

    assertThat(then.exit()).as(then.err()).isZero();
    assertThat(then.out())
        .contains("position  3 of 6")
        .containsPattern("one +running +2 +0 +0 +0 +1 +1 +0")
        .containsPattern("digger +active +1 +digger-name")
        .contains("entries/s");
    assertThat(earlier.out()).contains("position  2 of 6");
    assertThat(run("replay", "--home", home.toString()).out())
        .containsPattern("one +ended +2 +1 +0 +0 +0 +0 +1");
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void aMomentThatCannotBeIsRefused() {
    assertThat(run("replay", "--to", "7", "--home", home.toString()).err())
        .contains("Expected a position up to 6, where the log ends, but it is 7");
    assertThat(run("replay", "--to", "noon", "--home", home.toString()).err())
        .contains("Expected --to to be a position in the log or a time");
    assertThat(run("replay", "--home", folder.resolve("none").toString()).err())
        .contains("Expected a home with a log in");
    assertThat(folder.resolve("none")).doesNotExist();
  }

  @Test
  void aLogWithoutItsStartIsReadFromTheOldestSnapshot() throws Exception {
    String whole = run("replay", "--home", home.toString()).hash();
    dropBefore4();

    Outcome replayed = run("replay", "--home", home.toString());
    Outcome verified = run("log", "verify", "--home", home.toString());
    Outcome tooEarly = run("replay", "--to", "3", "--home", home.toString());

    assertThat(replayed.exit()).as(replayed.err()).isZero();
    assertThat(replayed.hash()).isEqualTo(whole);
    assertThat(replayed.out()).contains("replayed  2 entries");
    assertThat(verified.hash()).isEqualTo(whole);
    assertThat(verified.out())
        .contains("the state made of them and of the snapshot of position 4 is");
    assertThat(tooEarly.exit()).isEqualTo(1);
    assertThat(tooEarly.err())
        .contains("Expected a snapshot of entry 3 or earlier in")
        .contains("because the log begins with entry 4: older ones were dropped to make room")
        .contains("a state cannot be made of them alone");
  }

  @Test
  void aHomeThatABrokerUsesIsLeftAlone() throws Exception {
    try (AutoCloseable _ = new BrokerHome(home).lock()) {
      Outcome refused = run("replay", "--home", home.toString());

      assertThat(refused.exit()).isEqualTo(1);
      assertThat(refused.err())
          .contains("Expected that no broker uses the home", "but one does", "`asOf=`");
    }
  }

  /// The log is written anew in two files; the first is dropped.
  private void dropBefore4() throws Exception {
    JsonEventCodec codec = new JsonEventCodec();
    deleteLog();
    for (List<LogEntry> run : List.of(entries().subList(0, 3), entries().subList(3, 6))) {
      try (ChronicleEventLog log =
          ChronicleEventLog.open(home.resolve("log"), LogPosition.START, LogSettings.DEFAULT)) {
        for (LogEntry entry : run) {
          log.append(codec.encode(entry.at(), entry.cause(), entry.events()));
        }
        log.sync();
      }
    }
    try (ChronicleEventLog log =
        ChronicleEventLog.open(home.resolve("log"), LogPosition.START, LogSettings.DEFAULT)) {
      Replayed then = Replay.upTo(new LogPosition(4), log, codec, Limits.DEFAULT);
      SnapshotFiles.open(home.resolve("snapshots"), new JsonStateImageCodec(), 2)
          .write(then.position(), then.at(), then.state().image());
      log.dropBefore(new LogPosition(4));
      assertThat(log.first()).isEqualTo(new LogPosition(4));
    }
  }

  private void deleteLog() throws IOException {
    try (Stream<Path> files = Files.walk(home.resolve("log"))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private List<LogEntry> entries() throws InterruptedException {
    return history.next(LogPosition.START, Duration.ZERO);
  }

  private Path export() throws Exception {
    StringBuilder lines = new StringBuilder();
    entries().forEach(entry -> lines.append(LogLines.entry(entry)));
    return Files.writeString(folder.resolve("log.jsonl"), lines);
  }

  private Map<String, String> files() throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(file.toString(), Arrays.hashCode(Files.readAllBytes(file)) + "");
      }
    }
    return contents;
  }

  private static void flipByteOf(Path file, String text) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int at = new String(bytes, ISO_8859_1).indexOf(text);
    assertThat(at).isPositive();
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.seek(at + 1L);
      open.write("R".getBytes(UTF_8));
    }
  }

  private static Outcome run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        new CommandLine(new BrokerMain())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Outcome(exit, out.toString(), err.toString());
  }
}
