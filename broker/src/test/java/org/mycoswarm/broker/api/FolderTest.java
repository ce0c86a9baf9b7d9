package org.mycoswarm.broker.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.broker.api.BrokerUnderTest.json;
import static org.mycoswarm.broker.api.SubmitTest.assertProblem;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The main job, as far as the broker has a part in it: a folder comes in, and a report goes out.
class FolderTest {
  private static BrokerUnderTest broker;

  @BeforeAll
  static void open(@TempDir Path folder) {
    broker = BrokerUnderTest.onLoopback(folder);
  }

  @AfterAll
  static void close() {
    broker.close();
  }

  @Test
  void aFolderIsUploadedSubmittedAndReportedOn() throws IOException {
    HttpResponse<String> upload = upload(zip("a.txt", "some text"));
    assertThat(upload.statusCode()).as(upload.body()).isEqualTo(201);

    String job = submitted(json(upload).path("manifest").asText());

    JsonNode report = json(broker.get("/api/v1/jobs/" + job + "/report"));
    assertThat(report.path("counts").path("pending").asInt()).isEqualTo(1);
    assertThat(report.path("files").path(0).path("path").asText()).isEqualTo("a.txt");
  }

  @Test
  void whatIsNoArchiveIsRefused() {
    assertProblem(
        upload("not an archive".getBytes(UTF_8)),
        415,
        "unsupported-media-type",
        "Expected a tar, tar.gz or zip archive");
  }

  @Test
  void resultsOfARunningJobAreOnlyGivenInPart() throws IOException {
    String job = submitted(json(upload(zip("b.txt", "text"))).path("manifest").asText());

    assertProblem(broker.get("/api/v1/jobs/" + job + "/results"), 409, "job-running", "still runs");
    HttpResponse<String> part = broker.get("/api/v1/jobs/" + job + "/results?partial=true");
    assertThat(part.statusCode()).isEqualTo(200);
    assertThat(part.body()).isEmpty();
  }

  @Test
  void aFormatThatIsNoneIsNamed() throws IOException {
    String job = submitted(json(upload(zip("c.txt", "text"))).path("manifest").asText());

    assertProblem(
        broker.get("/api/v1/jobs/" + job + "/results?format=json"),
        400,
        "bad-request",
        "Did you mean 'jsonl'?");
  }

  @Test
  void aJobWithoutFilesHasNoReport() {
    String job = broker.submitted();

    assertProblem(
        broker.get("/api/v1/jobs/" + job + "/report"), 409, "wrong-kind", "is of kind 'tasks'");
  }

  private static String submitted(String manifest) {
    return json(broker.post(
            "/api/v1/jobs", "{\"embed\":{\"manifest\":\"%s\"}}".formatted(manifest)))
        .path("job")
        .asText();
  }

  private static HttpResponse<String> upload(byte[] archive) {
    return broker.send(
        HttpRequest.newBuilder(broker.uri("/api/v1/uploads"))
            .POST(BodyPublishers.ofByteArray(archive))
            .build());
  }

  private static byte[] zip(String path, String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry(path));
      zip.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }
}
