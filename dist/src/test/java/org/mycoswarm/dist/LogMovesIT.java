package org.mycoswarm.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A log is exported, imported into a new home, and a broker goes on with it there.
@Timeout(240)
class LogMovesIT {
  private static final Pattern HASH = Pattern.compile("\\b[0-9a-f]{32,64}\\b");

  @TempDir Path folder;

  @Test
  void anExportedLogGoesOnInANewHome() {
    Path file = folder.resolve("log.jsonl");
    try (Swarm old = new Swarm(folder.resolve("old"));
        Swarm moved = new Swarm(folder.resolve("moved"))) {
      folder.resolve("moved").toFile().mkdirs();
      Program broker = old.broker();
      String first = submit(old, "first");
      long then = old.api().get("/api/v1").path("position").asLong();
      String second = submit(old, "second");
      old.api().post("/api/v1/jobs/" + first + "/cancel", "{}");
      JsonNode jobs = old.api().get("/api/v1/jobs");

      ok(old.cli("log", "export", "-o", file.toString()));
      CommandRun past = ok(old.cli("jobs", "--as-of", Long.toString(then)));
      CommandRun events = ok(old.cli("job", first, "--events"));
      CommandRun refused = old.cli("replay");
      broker.stop();

      assertThat(past.out()).contains(first, "running").doesNotContain(second);
      assertThat(events.out()).contains("job.submitted", "job.cancelled").doesNotContain(second);
      assertThat(refused.exit()).isEqualTo(1);
      assertThat(refused.err()).contains("Expected that no broker uses the home");

      String hash = hash(ok(old.cli("log", "verify", "--offline")));
      assertThat(hash(ok(moved.cli("log", "import", file.toString())))).isEqualTo(hash);
      assertThat(hash(ok(moved.cli("replay")))).isEqualTo(hash);
      assertThat(ok(moved.cli("replay", "--to", Long.toString(then))).out())
          .contains(first)
          .doesNotContain(second);
      assertThat(ok(moved.cli("log", "show", "1", "--offline")).out()).contains("broker.started");

      moved.broker();
      Await.until(
          Swarm.SOON,
          "the tables show the jobs",
          () -> moved.api().get("/api/v1/jobs").path("items").size() == 2);
      assertThat(moved.api().get("/api/v1/jobs")).isEqualTo(jobs);
      assertThat(moved.api().post("/api/v1/log/verify", "{}").path("same").asBoolean()).isTrue();
    }
  }

  private static String submit(Swarm swarm, String name) {
    Object task = Map.of("kind", "nobody-does-this", "payload", Map.of());
    return swarm
        .api()
        .post("/api/v1/jobs", Map.of("name", name, "tasks", List.of(task)))
        .path("job")
        .asText();
  }

  private static CommandRun ok(CommandRun run) {
    assertThat(run.exit()).as(run.all()).isZero();
    return run;
  }

  private static String hash(CommandRun run) {
    Matcher hash = HASH.matcher(run.out());
    assertThat(hash.find()).as(run.all()).isTrue();
    return hash.group();
  }
}
