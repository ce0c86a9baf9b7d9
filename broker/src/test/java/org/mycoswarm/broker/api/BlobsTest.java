package org.mycoswarm.broker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mycoswarm.broker.api.BrokerUnderTest.hash;
import static org.mycoswarm.broker.api.BrokerUnderTest.json;
import static org.mycoswarm.broker.api.SubmitTest.assertProblem;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobsTest {
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
  void whatIsStoredIsReadBack() {
    HttpResponse<String> first = put("POST", "/api/v1/blobs", "leaf");
    HttpResponse<String> again = put("POST", "/api/v1/blobs", "leaf");

    assertThat(first.statusCode()).isEqualTo(201);
    assertThat(again.statusCode()).isEqualTo(200);
    HttpResponse<String> read = broker.get("/api/v1/blobs/" + hash("leaf"));
    assertThat(read.body()).isEqualTo("leaf");
    assertThat(read.headers().firstValue("ETag")).contains('"' + hash("leaf") + '"');
    assertThat(read.headers().firstValue("Content-Length")).contains("4");
    assertThat(read.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
  }

  @Test
  void whoHasABlobNeedNotReadItAgain() {
    broker.blob("twig");

    HttpResponse<String> read =
        broker.get("/api/v1/blobs/" + hash("twig"), "If-None-Match", '"' + hash("twig") + '"');

    assertThat(read.statusCode()).isEqualTo(304);
  }

  @Test
  void aPartOfABlobCanBeRead() {
    String path = "/api/v1/blobs/" + broker.blob("mycelium");

    HttpResponse<String> part = broker.get(path, "Range", "bytes=2-4");
    HttpResponse<String> rest = broker.get(path, "Range", "bytes=5-");
    HttpResponse<String> beyond = broker.get(path, "Range", "bytes=6-900");
    HttpResponse<String> nothing = broker.get(path, "Range", "bytes=8-9");
    HttpResponse<String> strange = broker.get(path, "Range", "bytes=0-1,3-4");

    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.body()).isEqualTo("cel");
    assertThat(part.headers().firstValue("Content-Range")).contains("bytes 2-4/8");
    assertThat(rest.body()).isEqualTo("ium");
    assertThat(beyond.body()).isEqualTo("um");
    assertThat(beyond.headers().firstValue("Content-Range")).contains("bytes 6-7/8");
    assertThat(nothing.statusCode()).isEqualTo(416);
    assertThat(nothing.headers().firstValue("Content-Range")).contains("bytes */8");
    assertThat(strange.statusCode()).isEqualTo(200);
    assertThat(strange.body()).isEqualTo("mycelium");
  }

  @Test
  void itsSizeIsKnownWithoutReadingIt() {
    broker.blob("bough");

    HttpResponse<String> head = broker.send("HEAD", "/api/v1/blobs/" + hash("bough"), null);

    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValue("Content-Length")).contains("5");
  }

  @Test
  void bytesWithAnotherHashAreRefused() {
    HttpResponse<String> answer = put("PUT", "/api/v1/blobs/" + hash("root"), "r00t");

    assertProblem(answer, 422, "unprocessable", "the 4 bytes that came have " + hash("r00t"));
    assertThat(put("PUT", "/api/v1/blobs/" + hash("root"), "root").statusCode()).isEqualTo(201);
  }

  @Test
  void aBlobThatIsNotThereIsNotFound() {
    assertProblem(
        broker.get("/api/v1/blobs/" + hash("nothing")), 404, "not-found", hash("nothing"));
  }

  @Test
  void aBlobThatIsTooLargeIsRefused() {
    assertProblem(
        put("POST", "/api/v1/blobs", "x".repeat((1 << 20) + 1)),
        413,
        "too-large",
        "at most 1,048,576 bytes");
  }

  @Test
  void aBlobThatWasDamagedOnDiskNeverLooksWhole() throws IOException {
    String text = "branch".repeat(100_000);
    String blob = broker.blob(text);
    Path file = broker.blobFile(blob);
    assertThat(file.toFile().setWritable(true)).isTrue();
    Files.writeString(file, text.toUpperCase(Locale.ROOT));

    assertThatThrownBy(() -> broker.get("/api/v1/blobs/" + blob))
        .isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void theLimitsAreTold() {
    assertThat(json(broker.get("/api/v1/limits")).path("blobBytesMax").asLong()).isEqualTo(1 << 20);
  }

  private static HttpResponse<String> put(String method, String path, String text) {
    return broker.send(method, path, text, "Content-Type", "application/octet-stream");
  }
}
