package org.mycoswarm.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mycoswarm.cli.CommandLineUnderTest;
import org.mycoswarm.cli.CommandLineUnderTest.Outcome;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.cli.Samples;
import org.mycoswarm.cli.SmallBroker;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.schema.wire.FileReport;
import org.mycoswarm.schema.wire.JobReport;
import org.mycoswarm.schema.wire.LogCheck;
import org.mycoswarm.schema.wire.ModeView;
import org.mycoswarm.schema.wire.Page;
import org.mycoswarm.schema.wire.ReviveAnswer;
import org.mycoswarm.schema.wire.SubmitRequest;
import org.mycoswarm.schema.wire.ThrottleView;
import org.mycoswarm.schema.wire.WhyView;

class MycoswarmTest {
  @TempDir Path folder;
  private final SmallBroker broker = new SmallBroker();

  @AfterEach
  void stop() {
    broker.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "up",
        "embed",
        "submit",
        "jobs",
        "job",
        "watch",
        "tasks",
        "nodes",
        "results",
        "report",
        "cancel",
        "doctor",
        "generate",
        "models",
        "models add",
        "models list",
        "models plan",
        "models rm",
        "log",
        "log ls",
        "log show",
        "log verify",
        "log export",
        "log import",
        "log snapshot",
        "log compact"
      })
  void everyCommandHasAPageOfHelp(String command) {
    Outcome page = run((command + " --help").split(" "));

    assertThat(page.exit()).isZero();
    assertThat(page.out())
        .contains("Usage: mycoswarm " + command)
        .contains("--home=DIR", "--broker=URL", "Exit codes:", "no broker answers")
        .doesNotContain("\u001b");
  }

  @Test
  void theFirstPageListsEveryCommand() {
    assertThat(run("--help").out())
        .contains("demo ", "up ", "broker ", "node ", "embed ", "jobs ", "job ", "watch ")
        .contains("tasks ", "nodes ", "results ", "report ", "cancel ", "log ", "doctor ");
  }

  @Test
  void theManualSaysWhatEachExitCodeMeans() {
    String page = run("--help").out();

    for (ExitCode code : ExitCode.values()) {
      assertThat(page).containsPattern("(?m)^ +%d +%s$".formatted(code.code(), code.meaning()));
    }
  }

  @Test
  void aMistypedCommandGetsTheNearestOne() {
    Outcome outcome = run("embedd", "x");

    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err()).contains("Did you mean: mycoswarm embed");
  }

  @Test
  void withoutABrokerEveryListingSaysHowToStartOne() {
    for (String command : List.of("jobs", "nodes", "job x", "tasks x", "report x", "log ls")) {
      Outcome outcome = new CommandLineUnderTest(folder).run(command.split(" "));

      assertThat(outcome.exit()).as(command).isEqualTo(3);
      assertThat(outcome.out()).isEmpty();
      assertThat(outcome.err())
          .startsWith("Expected a running broker")
          .contains("Start one with ./mycoswarm up");
    }
  }

  @Test
  void jobsAreATableOrTheApisOwnJson() {
    Page<Object> page = new Page<>(List.of(Samples.job("j1", "succeeded")), null);
    broker.on("GET /api/v1/jobs", 200, page);

    assertThat(run("jobs").out().lines())
        .containsExactly(
            "JOB  STATE      TASKS  VECTORS  SUBMITTED             NAME",
            "j1   succeeded  4/4    0        2026-11-23T12:00:00Z  notes");
    assertThat(Wire.tree(run("jobs", "--json").out().getBytes(UTF_8)))
        .isEqualTo(Wire.tree(Wire.bytes(page)));
  }

  @Test
  void whyPrintsOneReasonALine() {
    broker.on(
        "GET /api/v1/tasks/j.0/why",
        200,
        new WhyView("j.0", "ready", List.of("No node is registered", "It is late"), Instant.EPOCH));

    assertThat(run("why", "j.0").out().lines())
        .containsExactly("Task j.0 is ready.", "  No node is registered.", "  It is late.");
  }

  @Test
  void reviveOnlySaysWhatItWouldDoUntilItIsTold() {
    broker.on(
        "POST /api/v1/tasks/revive",
        200,
        new ReviveAnswer(
            true, 1, List.of(new ReviveAnswer.Revived("j.0", "dig", "a hole", "no spade"))));

    assertThat(run("revive", "--kind", "dig").out().lines())
        .containsExactly(
            "TASK  KIND  LABEL   REASON",
            "j.0   dig   a hole  no spade",
            "1 tasks would be revived. Nothing was changed; add --yes to do it.");
  }

  @Test
  void aDrainedNodeIsSaidToBeDraining() {
    broker.on("POST /api/v1/nodes/n1/drain", 200, new ModeView("n1", "draining", 2));

    assertThat(run("nodes", "drain", "n1").out())
        .isEqualTo("Node n1 is draining; it holds 2 leases.\n");
  }

  @Test
  void throttlesAreATable() {
    broker.on("PUT /api/v1/throttles/kind%3Adig", 200, new ThrottleView("kind:dig", 4, null));
    broker.on(
        "GET /api/v1/throttles",
        200,
        new Page<>(List.of(new ThrottleView("kind:dig", 4, null)), null));

    assertThat(run("throttle", "kind:dig", "--concurrent", "4").out().lines())
        .containsExactly("SCOPE     CONCURRENT  PER MINUTE", "kind:dig  4           -");
  }

  @Test
  void aJobThatIsNotThereIsExitCodeFour() {
    broker.refuse("GET /api/v1/jobs/x", 404, "not-found", "Expected a job 'x', but there is none.");

    Outcome outcome = run("job", "x");

    assertThat(outcome.exit()).isEqualTo(4);
    assertThat(outcome.err()).isEqualTo("Expected a job 'x', but there is none.\n");
  }

  @Test
  void resultsOfARunningJobAreExitCodeFiveAndLeaveNoFile() {
    broker.refuse("GET /api/v1/jobs/j/results", 409, "job-running", "It still runs.");
    Path file = folder.resolve("out.jsonl");

    Outcome outcome = run("results", "j", "-o", file.toString());

    assertThat(outcome.exit()).isEqualTo(5);
    assertThat(file).doesNotExist();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void resultsGoIntoAFileOrToTheOutput() {
    broker.on("GET /api/v1/jobs/j/results?format=index", 200, "{\"ordinal\":0}\n");
    Path file = folder.resolve("out.jsonl");

    Outcome written = run("results", "j", "-o", file.toString(), "--format", "index");

    assertThat(written.exit()).isZero();
    assertThat(file).hasContent("{\"ordinal\":0}\n");
    assertThat(run("results", "j", "--format", "index").out()).isEqualTo("{\"ordinal\":0}\n");
  }

  @Test
  void resultsCannotBeWrittenIntoAFolderThatIsNotThere() {
    Path file = folder.resolve("nowhere/out.jsonl");

    Outcome outcome = run("results", "j", "-o", file.toString());

    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err())
        .isEqualTo(
            "Expected to write '%s', but its folder cannot be written to. Nothing was changed; name another file.\n"
                .formatted(file));
  }

  @Test
  void aMatrixIsNotPrintedOnATerminal() {
    Outcome outcome =
        new CommandLineUnderTest(folder)
            .run(
                80,
                Map.of(),
                "results",
                "j",
                "--format",
                "npy",
                "--broker",
                broker.url().toString());

    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err()).startsWith("Expected a file for binary data");
  }

  @Test
  void embedUploadsSubmitsFollowsAndSumsUp() throws IOException {
    Files.writeString(folder.resolve("a.md"), "# A");
    embedAnswers("succeeded");

    Outcome outcome = run("embed", folder.toString(), "--name", "mine", "--key", "k1");

    assertThat(outcome.exit()).isZero();
    assertThat(outcome.out())
        .contains("Job j succeeded after 8.0 s.")
        .contains("node attic: 3 tasks, 80 chunks embedded (20.0 chunks/s)")
        .contains("2 files: 1 embedded, 1 unsupported; 1 chunk, 1 vector")
        .contains("unsupported b.bin: binary")
        .contains("Results: ./mycoswarm results j");
    assertThat(outcome.out() + outcome.err()).doesNotContain("\r", "\u001b");
    SmallBroker.Request submitted =
        broker.requests().stream()
            .filter(r -> r.line().startsWith("POST"))
            .findFirst()
            .orElseThrow();
    assertThat(submitted.header("Idempotency-key")).contains("k1");
    SubmitRequest request = Wire.read(Wire.tree(submitted.body()), SubmitRequest.class);
    assertThat(request.name()).isEqualTo("mine");
    assertThat(request.embed()).isNotNull();
  }

  @Test
  void embedSaysByItsExitCodeThatSomethingFailed() throws IOException {
    Files.writeString(folder.resolve("a.md"), "# A");
    embedAnswers("succeeded-with-failures");

    assertThat(run("embed", folder.toString()).exit()).isEqualTo(1);
  }

  @Test
  void embedCanLeaveTheJobToItself() {
    embedAnswers("running");

    Outcome outcome = run("embed", folder.toString(), "--detach");

    assertThat(outcome.exit()).isZero();
    assertThat(outcome.out()).isEqualTo("j\n");
  }

  @Test
  void embedNeedsAFolder() {
    Outcome outcome = run("embed", folder.resolve("none").toString());

    assertThat(outcome.exit()).isEqualTo(4);
    assertThat(outcome.err())
        .isEqualTo(
            "Expected '%s' to be a folder, but it does not exist. Nothing was submitted.\n"
                .formatted(folder.resolve("none")));
  }

  @Test
  void aLogThatDoesNotGiveTheStateAgainIsAFailure() {
    broker.on("POST /api/v1/log/verify", 200, new LogCheck(false, 9, 10, "aa", "bb", 12));

    Outcome outcome = run("log", "verify");

    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.out())
        .isEqualTo(
            "10 entries read up to position 9 in 0.0 s. Expected the state rebuilt from them to be the broker's (aa), but it is bb. Keep a copy of the home, restart the broker, and report this.\n");
  }

  @Test
  void theLogIsReadBehindItsLastPositionUntilItsEnd() {
    broker.on(
        "GET /api/v1/log?limit=500",
        200,
        "{\"items\":[{\"position\":1,\"at\":\"2026-11-23T12:00:00Z\",\"cause\":\"start\",\"events\":[{\"event\":\"broker.started\"}]}]}");
    broker.on("GET /api/v1/log?after=1&limit=500", 200, "{\"items\":[]}");

    assertThat(run("log", "ls").out().lines())
        .containsExactly(
            "POSITION  AT                    CAUSE  EVENTS",
            "1         2026-11-23T12:00:00Z  start  broker.started");
  }

  private void embedAnswers(String state) {
    broker.on("GET /api/v1/limits", 200, Samples.limits(1 << 20));
    broker.on("POST /api/v1/jobs", 201, Samples.job("j", "running"));
    broker.on("GET /api/v1/jobs/j", 200, Samples.job("j", state));
    broker.on("GET /api/v1/jobs/j/events", 200, "event: end\ndata: {}\n\n");
    broker.on(
        "GET /api/v1/jobs/j/report",
        200,
        new JobReport(
            "j",
            state,
            Map.of("embedded", 1, "unsupported", 1),
            List.of(
                new FileReport("a.md", "embedded", "aa", 1, 1, null, null),
                new FileReport("b.bin", "unsupported", "bb", 0, 0, null, "binary"))));
  }

  private Outcome run(String... arguments) {
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = "--broker=" + broker.url();
    return new CommandLineUnderTest(folder).run(all);
  }
}
