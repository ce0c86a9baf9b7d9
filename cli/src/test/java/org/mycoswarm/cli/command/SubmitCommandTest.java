package org.mycoswarm.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.cli.CommandLineUnderTest;
import org.mycoswarm.cli.CommandLineUnderTest.Outcome;
import org.mycoswarm.cli.SmallBroker;

/// Tasks a line, on the command line.
class SubmitCommandTest {
  private static final String CALL = "POST /api/v1/jobs/bulk";
  private static final String LINES = "{\"kind\":\"dig\",\"payload\":{}}\n".repeat(3);
  private static final String TAKEN =
      """
      {"chunk":1,"firstLine":1,"lines":2,"job":"j1","repeated":true}
      {"chunk":2,"firstLine":3,"lines":1,"job":"j2","repeated":false}
      {"batch":"night-1","chunks":2,"lines":3,"tasks":3,"repeated":1,"refused":0}
      """;
  private static final String PARTLY =
      """
      {"chunk":1,"firstLine":1,"lines":2,"problem":{"type":"t","title":"t","status":400,"detail":"In line 1: Expected JSON"},"items":[
      {"line":1,"problem":{"type":"t","title":"t","status":400,"detail":"In line 1: Expected JSON"}},
      {"line":2,"problem":{"type":"t","title":"t","status":400,"detail":"In line 2: Expected a number"}}]}
      {"chunk":2,"firstLine":3,"lines":1,"problem":{"type":"t","title":"t","status":429,"detail":"Expected room in the queue"}}
      {"chunk":3,"firstLine":4,"lines":1,"job":"j2","repeated":false}
      {"batch":"k","chunks":3,"lines":4,"tasks":1,"repeated":0,"refused":2}
      """
          .replace(":[\n", ":[")
          .replace("}},\n", "}},");

  @TempDir private Path folder;
  private final SmallBroker broker = new SmallBroker();
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(folder.resolve("holes.ndjson"), LINES);
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void aFileIsSentAsItIsWithAllThatItsJobsHaveInCommon() {
    answers(TAKEN);

    Outcome outcome =
        run(
            "submit " + file,
            "--key=night-1",
            "--submitter=ada",
            "--priority=7",
            "--on-failure=20",
            "--deadline=3600",
            "--chunk-lines=2");

    assertThat(outcome.exit()).as(outcome.err()).isZero();
    SmallBroker.Request request = broker.requests().getLast();
    assertThat(request.line())
        .isEqualTo(
            CALL
                + "?name=holes&submitter=ada&priority=7&onFailure=20&deadlineSeconds=3600.0&chunkLines=2");
    assertThat(request.header("Idempotency-key")).contains("night-1");
    assertThat(request.header("Content-type")).contains("application/x-ndjson");
    assertThat(new String(request.body(), UTF_8)).isEqualTo(LINES);
    assertThat(outcome.out().lines())
        .containsExactly(
            "3 tasks in the queue, as 2 jobs; 1 of these there before.",
            "Jobs: ./mycoswarm jobs --batch night-1");
    assertThat(outcome.err()).contains("Key night-1").contains("84 B of 84 B sent");
  }

  @Test
  void whatWasNotTakenIsSaidWithWhatToDo() {
    answers(PARTLY);

    Outcome outcome = run("submit " + file);

    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.out()).startsWith("1 task in the queue, as 1 job.");
    assertThat(outcome.err())
        .contains(
            """
            Chunk 1 (2 tasks from line 1 on) was not taken:
              In line 1: Expected JSON
              In line 2: Expected a number
            Chunk 2 (1 task from line 3 on) was not taken:
              Expected room in the queue
            Not taken: 2 of 3 chunks. Mend what is said above in its place (empty a line rather than take it out) and leave all other lines where they are, then give the same command again with --key k: only what is missing is submitted.
            """);
  }

  @Test
  void standardInputIsAFileToo() {
    answers(TAKEN);

    Outcome outcome = new CommandLineUnderTest(folder).input(LINES).run("submit", "-", at());

    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(broker.requests().getLast().line()).isEqualTo(CALL);
    assertThat(new String(broker.requests().getLast().body(), UTF_8)).isEqualTo(LINES);
  }

  @Test
  void aBodyWhoseAnswerWasLostIsSentAgainUnderTheSameKey() {
    AtomicInteger tries = new AtomicInteger();
    broker.on(
        CALL,
        exchange ->
            SmallBroker.json(
                exchange,
                200,
                "application/x-ndjson",
                tries.incrementAndGet() == 1
                    ? TAKEN.substring(0, TAKEN.indexOf('\n') + 1)
                    : TAKEN));

    Outcome outcome = new CommandLineUnderTest(folder).input(LINES).run("submit", "-", at());

    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(broker.requests()).hasSize(2);
    assertThat(broker.requests().stream().map(r -> new String(r.body(), UTF_8)))
        .containsOnly(LINES);
    assertThat(broker.requests().stream().map(r -> r.header("Idempotency-key")).distinct())
        .hasSize(1);
  }

  @Test
  void programsGetTheApisOwnLines() {
    answers(PARTLY);

    Outcome outcome = run("submit " + file, "--json", "--items");

    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.out()).isEqualTo(PARTLY);
    assertThat(broker.requests().getLast().line()).endsWith("?name=holes&items=true");
  }

  @Test
  void aRefusalOfTheWholeIsTheBrokersOwnWords() {
    broker.refuse(CALL, 400, "bad-request", "Expected priority of 0 to 9, but it is '10'");

    Outcome outcome = run("submit " + file, "--priority=10");

    assertThat(outcome.exit()).isEqualTo(5);
    assertThat(outcome.err()).contains("Expected priority of 0 to 9, but it is '10'");
  }

  @Test
  void aFileThatIsNoneOrHasNothingIsSaid() throws IOException {
    Outcome missing = run("submit " + folder.resolve("none"));
    Outcome folders = run("submit " + folder);
    Outcome empty = run("submit " + Files.writeString(folder.resolve("empty"), ""));

    assertThat(missing.exit()).isEqualTo(4);
    assertThat(missing.err()).contains("but it does not exist. Nothing was submitted.");
    assertThat(folders.err()).contains("but it is a folder. Nothing was submitted.");
    assertThat(empty.exit()).isEqualTo(1);
    assertThat(empty.err()).contains("but there is none. Nothing was submitted.");
    assertThat(broker.requests()).isEmpty();
  }

  @Test
  void jobsOfOneSubmissionAreListedByItsKey() {
    broker.on("GET /api/v1/jobs?batch=night&limit=500", 200, "{\"items\":[]}");

    assertThat(run("jobs", "--batch=night").exit()).isZero();
  }

  private void answers(String lines) {
    broker.on(CALL, exchange -> SmallBroker.json(exchange, 200, "application/x-ndjson", lines));
  }

  private String at() {
    return "--broker=" + broker.url();
  }

  /// @param command its words, without spaces in them
  private Outcome run(String command, String... options) {
    String[] words = command.split(" ");
    String[] all = Arrays.copyOf(words, words.length + options.length + 1);
    System.arraycopy(options, 0, all, words.length, options.length);
    all[all.length - 1] = at();
    return new CommandLineUnderTest(folder).run(all);
  }
}
