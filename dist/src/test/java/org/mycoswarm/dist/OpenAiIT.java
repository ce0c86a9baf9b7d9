package org.mycoswarm.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/// OpenAI's own client for Node.js against a real broker and node. It is installed by
/// `dist/src/test/openai/install.sh dist/target/openai`; where it is not, these tests are skipped
/// and say so, and with `MYCOSWARM_REQUIRE_OPENAI=true` they fail instead.
@Timeout(300)
@ResourceLock(Swarm.LAN)
class OpenAiIT {
  private static final Path CLIENT = Swarm.ROOT.resolve("dist/target/openai");
  private static final Path DOCUMENT = Swarm.ROOT.resolve("docs/reference/openai.md");
  private static final Pattern BLOCK = Pattern.compile("(?m)^```sh\n(.*?)^```", Pattern.DOTALL);

  @TempDir Path folder;
  private Swarm swarm;

  @BeforeEach
  void start() {
    swarm = new Swarm(folder);
  }

  @AfterEach
  void stop() {
    swarm.close();
  }

  @Test
  void theClientWorksUnchanged() {
    requireClient();
    swarm.broker();
    swarm.node("one");
    swarm.embeddingModel();

    CommandRun run = node("conformance.mjs", url());

    assertThat(run.out())
        .as(run.all())
        .isEqualTo("embeddings ok\nrefusals ok\nmodels ok\nfiles ok\nbatches ok\n");
  }

  @Test
  void aBatchGoesOnWhenTheBrokerWasKilled() {
    requireClient();
    Program broker = swarm.broker();
    swarm.node("one");
    swarm.embeddingModel();
    String batch = node("survives.mjs", url(), "start", "1000").out().strip();
    Await.until(
        Swarm.SOON,
        "the first tasks of the batch are done",
        () -> !swarm.api().get("/api/v1/jobs?batch=" + batch).at("/items/0/totals").isEmpty());

    broker.kill();
    swarm.broker("--port", Integer.toString(swarm.port()));

    CommandRun run = node("survives.mjs", url(), "check", batch, "1000");
    assertThat(run.out()).as(run.all()).isEqualTo("whole\n");
  }

  @Test
  void inTheNetworkTheTokenIsTheKey() throws IOException {
    requireClient();
    swarm.broker("--port", "0", "--lan");
    String token = Files.readString(swarm.home().resolve("token")).strip();

    CommandRun run = node("lan.mjs", url(), token);

    assertThat(run.out()).as(run.all()).isEqualTo("token ok\n");
  }

  @Test
  void everyCommandOfTheReferenceWorks() throws IOException {
    swarm.broker();
    swarm.node("one");
    swarm.embeddingModel();
    String commands = String.join("\n", blocks()).replace("http://127.0.0.1:6926", url());
    Path script = Files.writeString(folder.resolve("openai.sh"), commands);

    CommandRun run =
        CommandRun.of(List.of("bash", "-euo", "pipefail", script.toString()), Map.of(), folder);

    assertThat(run.exit()).as(run.all()).isZero();
    assertThat(run.out()).contains("\"prompt_tokens\":4", "\"owned_by\":\"mycoswarm\"");
    assertThat(run.out()).contains("\"status\":\"validating\"");
  }

  private static void requireClient() {
    if (!Boolean.parseBoolean(System.getenv("MYCOSWARM_REQUIRE_OPENAI"))) {
      assumeTrue(
          Files.exists(CLIENT.resolve("node_modules/openai")),
          "OpenAI's client is not there; dist/src/test/openai/install.sh dist/target/openai installs it");
    }
  }

  private CommandRun node(String script, String... arguments) {
    List<String> command = new ArrayList<>(List.of("node", CLIENT.resolve(script).toString()));
    command.addAll(List.of(arguments));
    return CommandRun.of(command, Map.of(), folder);
  }

  private String url() {
    return "http://127.0.0.1:" + swarm.port();
  }

  private static List<String> blocks() throws IOException {
    List<String> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(Files.readString(DOCUMENT));
    while (block.find()) {
      blocks.add(block.group(1));
    }
    return blocks;
  }
}
