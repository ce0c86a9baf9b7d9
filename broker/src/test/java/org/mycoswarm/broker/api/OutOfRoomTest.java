package org.mycoswarm.broker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mycoswarm.broker.api.BrokerUnderTest.hash;
import static org.mycoswarm.broker.api.BrokerUnderTest.json;
import static org.mycoswarm.broker.api.SubmitTest.assertProblem;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.broker.SmallTmpfs;
import org.mycoswarm.queue.log.files.DiskReserve;
import org.mycoswarm.queue.log.files.ReserveSettings;

/// When the disk is nearly full nothing new is taken, and what was taken is finished.
class OutOfRoomTest {
  private static final String ONE_TASK = "{\"tasks\":[{\"kind\":\"dig\",\"payload\":{}}]}";
  private static final String DONE = "{\"blobs\":[],\"counts\":{},\"detail\":{},\"next\":[]}";
  private static final long MIB = 1 << 20;

  @TempDir private Path folder;

  @Test
  void belowTheWatermarkOnlyWhatFinishesWorkIsTakenUntilThereIsRoomAgain() throws Exception {
    try (SmallTmpfs disk = new SmallTmpfs(folder.resolve("disk"), 128)) {
      try (BrokerUnderTest broker = new BrokerUnderTest(disk.folder(), scarceBelow(64))) {
        broker.submitted();
        broker.submitted();
        String lease = broker.leased("pi");
        Path others = disk.fill(80 * MIB);
        await(() -> broker.post("/api/v1/jobs", ONE_TASK).statusCode() == 507);

        HttpResponse<String> submission = broker.post("/api/v1/jobs", ONE_TASK);

        assertProblem(submission, 507, "out-of-room", "Expected 64 MiB to be free on the broker's");
        assertThat(submission.body()).contains("Make room on that disk");
        assertThat(submission.headers().firstValue("Retry-After")).contains("30");
        assertThat(bulk(broker)).contains(":out-of-room", "\"tasks\":0,");
        assertThat(bytes(broker, "POST", "/api/v1/blobs").statusCode()).isEqualTo(507);
        assertThat(bytes(broker, "POST", "/api/v1/uploads").statusCode()).isEqualTo(507);
        assertThat(bytes(broker, "PUT", "/api/v1/blobs/" + hash("bytes")).statusCode())
            .as("a node's result")
            .isEqualTo(201);
        assertThat(broker.post("/api/v1/leases/" + lease + "/complete", DONE).statusCode())
            .isEqualTo(200);
        assertThat(broker.leased("pi")).as("the other task").isNotEmpty();
        assertThat(broker.get("/api/v1/jobs").statusCode()).isEqualTo(200);

        Files.delete(others);

        await(() -> broker.post("/api/v1/jobs", ONE_TASK).statusCode() == 201);
      }
    }
  }

  @Test
  void aRunWaitsWhileRoomIsScarceAndGoesOn() throws Exception {
    Path documents = Files.createDirectories(folder.resolve("documents"));
    Files.writeString(documents.resolve("a.txt"), "some text");
    try (SmallTmpfs disk = new SmallTmpfs(folder.resolve("disk"), 128);
        BrokerUnderTest broker = new BrokerUnderTest(disk.folder(), scarceBelow(64))) {
      Path others = disk.fill(80 * MIB);
      await(() -> bytes(broker, "POST", "/api/v1/blobs").statusCode() == 507);

      broker.indexed(documents);

      await(broker.admission::isWaiting);
      assertThat(jobs(broker)).as("jobs while room is scarce").isZero();
      assertThat(broker.get("/api/v1/collections/books/runs").body()).contains("\"running\"");

      Files.delete(others);

      await(() -> jobs(broker) == 1);
    }
  }

  @Test
  void aBatchWaitsWhileRoomIsScarceAndGoesOn() throws Exception {
    try (SmallTmpfs disk = new SmallTmpfs(folder.resolve("disk"), 128);
        BrokerUnderTest broker = new BrokerUnderTest(disk.folder(), scarceBelow(64))) {
      String input = batchInput(broker);
      broker.holdTables(true); // a batch looks there before it submits
      String batch =
          json(broker.post(
                  "/v1/batches",
                  "{\"input_file_id\":\"%s\",\"endpoint\":\"/v1/embeddings\",\"completion_window\":\"24h\"}"
                      .formatted(input)))
              .path("id")
              .asText();
      Path others = disk.fill(80 * MIB);
      await(() -> bytes(broker, "POST", "/api/v1/blobs").statusCode() == 507);

      broker.holdTables(false);

      await(broker.admission::isWaiting);
      assertThat(jobs(broker)).as("jobs while room is scarce").isZero();
      assertThat(broker.get("/v1/batches/" + batch).body()).contains("\"in_progress\"");

      Files.delete(others);

      await(() -> jobs(broker) == 1);
    }
  }

  @Test
  void resultsAreRefusedOnlyWhenTheDiskIsNearlyFull() throws Exception {
    long free = Files.getFileStore(folder).getUsableSpace();
    try (BrokerUnderTest broker =
        new BrokerUnderTest(folder, new ReserveSettings(free * 8, 0, 0))) {

      HttpResponse<String> answer = bytes(broker, "PUT", "/api/v1/blobs/" + hash("bytes"));

      assertProblem(answer, 507, "out-of-room", "Expected %,d MiB".formatted((free * 2) >> 20));
    }
  }

  @Test
  void aBlobIsTakenOnlyWhereItHasRoom() throws Exception {
    try (SmallTmpfs disk = new SmallTmpfs(folder.resolve("disk"), 32)) {
      RoomCheck room =
          new RoomCheck(DiskReserve.open(disk.folder(), scarceBelow(64), System::nanoTime));

      room.admitResult(8 * MIB);

      assertThatThrownBy(() -> room.admitResult(20 * MIB))
          .hasMessageStartingWith("Expected 36 MiB to be free on the broker's disk, but only ");
    }
  }

  private static ReserveSettings scarceBelow(int mebibytes) {
    return new ReserveSettings(mebibytes * MIB, 0, 0);
  }

  private static int jobs(BrokerUnderTest broker) {
    return json(broker.get("/api/v1/jobs")).path("items").size();
  }

  private static String batchInput(BrokerUnderTest broker) {
    String line =
        "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/embeddings\",\"body\":{\"model\":\"mini\",\"input\":\"text\"}}";
    String form =
        "--x\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n"
            + "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"in.jsonl\"\r\n\r\n"
            + line
            + "\r\n--x--\r\n";
    return json(broker.send(
            "POST", "/v1/files", form, "Content-Type", "multipart/form-data; boundary=x"))
        .path("id")
        .asText();
  }

  private static String bulk(BrokerUnderTest broker) {
    String line = "{\"kind\":\"dig\",\"payload\":{}}\n";
    return broker.post("/api/v1/jobs/bulk", line, "Content-Type", "application/x-ndjson").body();
  }

  private static HttpResponse<String> bytes(BrokerUnderTest broker, String method, String path) {
    return broker.send(method, path, "bytes", "Content-Type", "application/octet-stream");
  }

  private static void await(BooleanSupplier condition) {
    Instant end = Instant.now().plus(Duration.ofSeconds(20));
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).as("it takes too long").isBefore(end);
    }
  }
}
