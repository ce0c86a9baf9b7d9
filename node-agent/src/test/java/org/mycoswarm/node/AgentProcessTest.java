package org.mycoswarm.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.inference.ModelStore;
import org.mycoswarm.node.client.Token;
import org.mycoswarm.schema.wire.EmbedPayload;
import org.mycoswarm.schema.wire.ResultReport;

/// A node as a process of its own: signals, exit codes, what it prints.
class AgentProcessTest {
  @TempDir Path home;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void end() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void sigtermUnderFullWorkHandsEverythingBackAndDoesNotCrash() throws Exception {
    try (ScriptedBroker broker = new ScriptedBroker("b1", new Token("secret"))) {
      Files.writeString(home.resolve("join"), "myco1.b1.secret");
      Process node =
          node("--broker", broker.url().toString(), "--workers", "2", "--stop-seconds", "1");
      List<String> leases = List.of(work(broker), work(broker), work(broker));
      broker.await(
          "the work to be renewed",
          () -> broker.renewals.stream().anyMatch(renewed -> renewed.containsAll(leases)));

      node.destroy();

      assertThat(node.waitFor(30, TimeUnit.SECONDS)).isTrue();
      String said = output();
      assertThat(node.exitValue()).describedAs(said).isEqualTo(ExitCode.OK);
      assertThat(broker.reports).extracting(ResultReport::status).containsOnly("released");
      assertThat(broker.reports.size() + broker.left.size()).isEqualTo(3);
      assertThat(said)
          .contains("Reported 0 results and handed back 1 tasks")
          .contains("Left the broker and handed back 2 tasks")
          .doesNotContain("secret", "SIG", "hs_err");
    }
  }

  @Test
  void aClosedTerminalStopsItAsSigtermDoes() throws Exception {
    try (ScriptedBroker broker = new ScriptedBroker("b1", null)) {
      Process node = node("--broker", broker.url().toString(), "--workers", "1");
      broker.await("work", () -> broker.calls.stream().anyMatch(call -> call.endsWith("/work")));

      new ProcessBuilder("kill", "-HUP", String.valueOf(node.pid())).start().waitFor();

      assertThat(node.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(node.exitValue()).describedAs(output()).isEqualTo(ExitCode.OK);
    }
  }

  @Test
  void whoGivesUpSearchingEndsWithThree() throws Exception {
    Process node = node("--search-seconds", "1");

    assertThat(node.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(node.exitValue()).isEqualTo(ExitCode.NO_BROKER);
    assertThat(output())
        .containsOnlyOnce("Looking until it is there")
        .contains("Expected a broker of this machine to have written", "Giving up");
  }

  @Test
  void aBadSettingEndsWithTwoAndOneLine() throws Exception {
    Process node = node("--capabilities", home.resolve("none.json").toString());

    assertThat(node.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(node.exitValue()).isEqualTo(ExitCode.USAGE);
    assertThat(output().strip())
        .startsWith("Expected what '")
        .endsWith("there is no such file; correct it or take it away");
  }

  @Test
  void findSaysWhereTheBrokerIs() throws Exception {
    try (ScriptedBroker broker = new ScriptedBroker("b1", null)) {
      RunningNode.writeRunFile(home, broker);
      Process find = start("find", "--home", home.toString());

      assertThat(find.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(find.exitValue()).isEqualTo(ExitCode.OK);
      assertThat(output()).startsWith("broker b1 at " + broker.url() + ", found by run-file in ");
    }
  }

  private static String work(ScriptedBroker broker) {
    String model =
        ModelStore.open(RunningNode.MODELS).byName("all-minilm-l6-v2").orElseThrow().digest();
    List<String> texts = Collections.nCopies(20_000, "Fungi have no leaves.");
    return broker.task(
        "embed", model, "long", EmbedPayload.ofTexts(model, EmbedPayload.PASSAGE, texts), 3);
  }

  private Process node(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of("--home", home.toString()));
    all.addAll(List.of("--models", RunningNode.MODELS.toString()));
    all.addAll(List.of(arguments));
    return start(all.toArray(String[]::new));
  }

  private Process start(String... arguments) throws IOException {
    // Where the build itself ignores SIGHUP, as under nohup, its children would too.
    List<String> command = new ArrayList<>();
    command.addAll(List.of("perl", "-e", "$SIG{HUP} = 'DEFAULT'; exec @ARGV"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(AgentMain.class.getName());
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("output").toFile())
            .start();
    started.add(process);
    return process;
  }

  private String output() throws IOException {
    return Files.readString(home.resolve("output"), UTF_8);
  }
}
