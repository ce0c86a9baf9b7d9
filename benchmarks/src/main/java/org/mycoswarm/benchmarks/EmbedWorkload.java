package org.mycoswarm.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.EmbedFolder;
import org.mycoswarm.schema.wire.Manifest;
import org.mycoswarm.schema.wire.SubmitRequest;

/// Chunks embedded a second, from the job's submission to its end, by nodes of one worker each.
final class EmbedWorkload implements Workload, AutoCloseable {
  private static final int FILES = 20;
  private static final String[] WORDS =
      ("the node pulls a task and renews its lease while the broker keeps every change in one log"
              + " so that no work is lost when a machine falls asleep at night")
          .split(" ");

  private final int nodes;
  private final Client client;
  private final List<Process> processes = new ArrayList<>();
  private final BrokerProcess broker;
  private long seed = 1;

  EmbedWorkload(Processes starter, int nodes) throws IOException, InterruptedException {
    this.nodes = nodes;
    this.broker = starter.broker("embed-" + nodes);
    this.client = new Client(broker.url());
    for (int i = 1; i <= nodes; i++) {
      processes.add(starter.node("embed-" + nodes + "-node-" + i, broker));
    }
    while (client.get("/nodes").get("items").size() < nodes) {
      Thread.sleep(50);
    }
  }

  @Override
  public String name() {
    return "embed a folder, int8 MiniLM, " + nodes + (nodes == 1 ? " node" : " nodes");
  }

  @Override
  public List<String> units() {
    return List.of("chunks/s");
  }

  @Override
  public double[] round() throws IOException, InterruptedException {
    String manifest = upload();
    long start = System.nanoTime();
    JsonNode job =
        client.post(
            "/jobs", new SubmitRequest("bench", new EmbedFolder(manifest, null, null, null), null));
    String path = "/jobs/" + job.get("job").asText();
    while (job.get("state").asText().equals("running")) {
      Thread.sleep(20);
      job = client.get(path);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new double[] {job.get("totals").get("vectors").asLong() / seconds};
  }

  @Override
  public void close() {
    for (Process process : processes) {
      Processes.end(process);
    }
    broker.stop();
  }

  /// Documents that nobody has seen before, of a few chunks each.
  private String upload() throws IOException, InterruptedException {
    List<Manifest.FileEntry> files = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(seed++);
    for (int i = 0; i < FILES; i++) {
      StringBuilder text = new StringBuilder();
      for (int word = 1; word <= 900; word++) {
        text.append(WORDS[random.nextInt(WORDS.length)]).append(word % 15 == 0 ? ".\n" : " ");
      }
      byte[] bytes = text.toString().getBytes(UTF_8);
      String hash = client.postBytes("/blobs", bytes).get("sha256").asText();
      files.add(new Manifest.FileEntry("doc-" + i + ".txt", hash, bytes.length));
    }
    byte[] manifest = Json.LENIENT.writeValueAsBytes(new Manifest(files, List.of()));
    return client.postBytes("/blobs", manifest).get("sha256").asText();
  }
}
