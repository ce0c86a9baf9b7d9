package org.mycoswarm.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
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

/// A node beside a server that speaks as Ollama does: jobs, conversations by OpenAI's own client,
/// questions about a collection, and the commands of the reference.
@Timeout(300)
class GenerateIT {
  private static final Path CLIENT = Swarm.ROOT.resolve("dist/target/openai");
  private static final Path DOCUMENT = Swarm.ROOT.resolve("docs/reference/generate.md");
  private static final Path STAND_IN =
      Swarm.ROOT.resolve("node-agent/src/test/java/org/mycoswarm/node/generate/StandIn.java");
  private static final Pattern BLOCK = Pattern.compile("(?m)^```sh\n(.*?)^```", Pattern.DOTALL);
  private static final String MODEL = "stand-in:latest";

  @TempDir Path folder;
  private Swarm swarm;
  private Program standIn;
  private String digest;

  @BeforeEach
  void start() {
    swarm = new Swarm(folder);
    standIn =
        swarm.program(
            "stand-in",
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                Swarm.jar("jackson-databind").getParent() + "/*",
                STAND_IN.toString()));
    swarm.broker();
    Await.until(Swarm.SOON, "the server serves", () -> standIn.log().contains("http://"));
    swarm.node("one", "--ollama", standIn.log().strip(), "--llama-server", "none");
    swarm.embeddingModel();
    Await.until(Swarm.SOON, "the node offers to generate", () -> !offered().isEmpty());
    digest = offered();
  }

  @AfterEach
  void stop() {
    swarm.close();
  }

  @Test
  void everyCommandOfTheReferenceWorks() throws IOException {
    Path house = Files.createDirectories(folder.resolve("notes/house"));
    Files.writeString(
        house.resolve("heating.md"),
        "# Heating\n\nWhat is to be known of it.\n\n## Service\n\nThe heating is serviced every May by Mrs Kranz.\n");
    Files.writeString(house.resolve("garden.md"), "# Garden\n\nThe pond freezes in January.\n");
    String commands =
        String.join("\n", blocks())
            .replace("http://127.0.0.1:6926", url())
            .replace("./mycoswarm", Swarm.ROOT.resolve("mycoswarm").toString())
            .replace("llama3.2:3b", MODEL);
    Path script = Files.writeString(folder.resolve("generate.sh"), commands);

    CommandRun run =
        CommandRun.of(
            List.of("bash", "-euo", "pipefail", script.toString()), swarm.environment(), folder);

    assertThat(run.exit()).as(run.all()).isZero();
    assertThat(run.out()).startsWith("You said: Why is the sky blue?\n");
    assertThat(run.out()).contains("\"delta\":{\"content\":\"You said:", "data: [DONE]");
    assertThat(Files.readString(folder.resolve("answers.jsonl")))
        .contains("You said: Name a tree.", "You said: Name a fish.", "fish");
    assertThat(run.out())
        .contains("The heating is serviced every May by Mrs Kranz. [1]")
        .containsPattern("(?m)^\\[1] house/heating.md, Heating.*, lines \\d+ to 7$")
        .containsPattern(
            "stand-in:latest read \\d of the \\d passages that were found, each whole");
  }

  @Test
  void openAisClientConversesUnchanged() {
    if (!Boolean.parseBoolean(System.getenv("MYCOSWARM_REQUIRE_OPENAI"))) {
      assumeTrue(
          Files.exists(CLIENT.resolve("node_modules/openai")),
          "OpenAI's client is not there; dist/src/test/openai/install.sh dist/target/openai installs it");
    }
    List<String> command = List.of("node", CLIENT.resolve("chat.mjs").toString(), url(), MODEL);

    CommandRun run = CommandRun.of(command, Map.of(), folder);

    assertThat(run.out()).as(run.all()).isEqualTo("chat ok\n");
  }

  @Test
  void aTaskKeepsItsLeaseWhileTheServerIsSlowAndFailsWithASentenceWhenItBreaksOff() {
    Api server = new Api(standIn.log().strip());
    server.post("/stand-in", Map.of("millisPerWord", 400));
    JsonNode slow = task("one two three four five six seven eight", 2);
    assertThat(slow.path("state").asText()).isEqualTo("succeeded");
    assertThat(slow.at("/result/text").asText()).endsWith("seven eight");
    assertThat(slow.path("attempts")).hasSize(1);

    server.post("/stand-in", Map.of("breakAfterWords", 2));
    JsonNode broken = task("one two three", 5);
    assertThat(broken.path("state").asText()).isEqualTo("buried");
    assertThat(broken.path("reason").asText())
        .contains("Expected an answer of Ollama at http://", "but it broke off");
    assertThat(broken.path("attempts")).hasSize(3);
  }

  /// A job of one task, when it has ended.
  private JsonNode task(String prompt, int leaseSeconds) {
    JsonNode job =
        swarm
            .api()
            .post(
                "/api/v1/jobs",
                Map.of(
                    "tasks",
                    List.of(
                        Map.of(
                            "kind",
                            "generate",
                            "model",
                            digest,
                            "leaseSeconds",
                            leaseSeconds,
                            "retry",
                            Map.of("firstDelaySeconds", 0.1, "delayMaxSeconds", 0.1),
                            "payload",
                            Map.of("model", digest, "prompt", prompt)))));
    String id = job.path("job").asText();
    swarm.awaitEnded(id);
    return swarm.api().get("/api/v1/jobs/" + id + "/tasks").at("/items/0");
  }

  private String offered() {
    for (JsonNode node : swarm.api().get("/api/v1/nodes").path("items")) {
      for (JsonNode capability : node.path("capabilities")) {
        if (capability.path("kind").asText().equals("generate")) {
          return capability.path("model").asText();
        }
      }
    }
    return "";
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
