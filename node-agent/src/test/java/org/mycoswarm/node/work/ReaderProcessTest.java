package org.mycoswarm.node.work;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.mycoswarm.inference.Document;
import org.mycoswarm.inference.Document.PageStart;
import org.mycoswarm.inference.Reading;
import org.mycoswarm.inference.Unreadable;
import org.mycoswarm.node.ReaderSettings;

/// What a document may do to the process that reads it, it does to nobody else. With real
/// processes.
class ReaderProcessTest {
  private static final Wanted ALWAYS = () -> {};

  @Test
  void aPdfIsReadInAnotherProcessWhichIsKeptForTheNext() throws Exception {
    ProcessHandle kept;
    try (ReaderProcess reader = new ReaderProcess(settings(256, Duration.ofSeconds(30)))) {
      assertThat(reader.process()).isNull();

      Reading reading = reader.read("a.pdf", pdf("Fungi grow."), ALWAYS);
      ProcessHandle first = handle(reader);

      assertThat(reading)
          .isEqualTo(
              new Document(
                  "Fungi grow.", "application/pdf", null, null, List.of(new PageStart(1, 0))));
      assertThat(reader.read("b.pdf", pdf("Trees stand."), ALWAYS)).isInstanceOf(Document.class);
      assertThat(handle(reader)).isEqualTo(first);
      assertThat(reader.version()).isEqualTo("text/1 Apache Tika 3.3.1");
      kept = first;
    }
    assertThat(kept.isAlive()).isFalse();
  }

  @Test
  void aDocumentThatTakesTooLongIsGivenUpAndItsProcessIsEnded() throws Exception {
    try (ReaderProcess reader = new ReaderProcess(settings(256, Duration.ofSeconds(1)))) {
      reader.read("a.txt", "words".getBytes(UTF_8), ALWAYS);
      ProcessHandle frozen = handle(reader);
      signal("STOP", frozen);

      Reading late = reader.read("slow.pdf", pdf("Fungi"), ALWAYS);

      assertThat(late)
          .isEqualTo(Unreadable.timeout("Expected to read it within 1 s, but it takes longer"));
      assertThat(frozen.isAlive()).isFalse();
    }
  }

  @Test
  void aDocumentWhoseProcessIsKilledIsReadAgainByAnother() throws Exception {
    try (ReaderProcess reader = new ReaderProcess(settings(256, Duration.ofSeconds(30)))) {
      reader.read("a.txt", "words".getBytes(UTF_8), ALWAYS);
      ProcessHandle killed = handle(reader);
      signal("STOP", killed);
      CountDownLatch reading = new CountDownLatch(1);
      FutureTask<Reading> answer =
          new FutureTask<>(() -> reader.read("a.pdf", pdf("Fungi"), reading::countDown));
      Thread.ofPlatform().daemon().start(answer);

      assertThat(reading.await(20, TimeUnit.SECONDS)).isTrue();
      signal("KILL", killed);

      assertThat(answer.get(60, TimeUnit.SECONDS)).isInstanceOf(Document.class);
      assertThat(handle(reader)).isNotEqualTo(killed);
    }
  }

  @Test
  void aDocumentThatTakesTooMuchMemoryIsTooLargeAndTheNextIsRead() throws Exception {
    try (ReaderProcess reader = new ReaderProcess(settings(64, Duration.ofSeconds(30)))) {
      byte[] large = new byte[60 << 20];
      Arrays.fill(large, (byte) 'x');

      assertThat(reader.read("line.txt", large, ALWAYS))
          .isEqualTo(
              new Unreadable(
                  "too-large",
                  "Expected to read it in 64 MiB of memory, but it takes more; give the node more"
                      + " with --reader-memory",
                  "parse",
                  "java.lang.OutOfMemoryError",
                  false));
      assertThat(reader.read("a.txt", "words".getBytes(UTF_8), ALWAYS))
          .isInstanceOf(Document.class);
    }
  }

  @Test
  void whatNobodyWantsAnyMoreIsNotReadToItsEnd() throws Exception {
    try (ReaderProcess reader = new ReaderProcess(settings(256, Duration.ofSeconds(30)))) {
      reader.read("a.txt", "words".getBytes(UTF_8), ALWAYS);
      ProcessHandle frozen = handle(reader);
      signal("STOP", frozen);

      assertThatThrownBy(
              () ->
                  reader.read(
                      "a.pdf",
                      pdf("Fungi"),
                      () -> {
                        throw new Unwanted("lease");
                      }))
          .isInstanceOf(Unwanted.class);

      assertThat(frozen.isAlive()).isFalse();
    }
  }

  @Test
  void anInstallationWithoutAReaderSaysSo() {
    ReaderSettings nowhere = new ReaderSettings("/nowhere/*", 64, Duration.ofSeconds(5));
    try (ReaderProcess reader = new ReaderProcess(nowhere)) {
      assertThatThrownBy(() -> reader.read("a.pdf", pdf("Fungi"), ALWAYS))
          .isInstanceOf(TaskFailed.class)
          .hasMessageStartingWith(
              "Expected a process that reads documents from '/nowhere/*', but it does not start");
    }
  }

  private static ProcessHandle handle(ReaderProcess reader) {
    return Objects.requireNonNull(reader.process());
  }

  private static void signal(String signal, ProcessHandle process)
      throws IOException, InterruptedException {
    List<String> kill = List.of("kill", "-" + signal, Long.toString(process.pid()));
    assertThat(new ProcessBuilder(kill).inheritIO().start().waitFor()).isZero();
  }

  private static ReaderSettings settings(int heapMiB, Duration time) {
    Path built = Path.of("..", "reader", "target");
    String classPath =
        built.resolve("classes") + File.pathSeparator + built.resolve("reader").resolve("*");
    return new ReaderSettings(classPath, heapMiB, time);
  }

  /// As small as a PDF gets, with one line on one page.
  private static byte[] pdf(String line) {
    String content = "BT /F1 12 Tf 72 700 Td (%s) Tj ET".formatted(line);
    List<String> objects =
        List.of(
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
                + "/Resources<</Font<</F1 5 0 R>>>>>>",
            "<</Length %d>>stream\n%s\nendstream".formatted(content.length(), content),
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>");
    StringBuilder pdf = new StringBuilder("%PDF-1.4\n");
    StringBuilder table = new StringBuilder("xref\n0 6\n0000000000 65535 f \n");
    for (int i = 0; i < objects.size(); i++) {
      table.append("%010d 00000 n \n".formatted(pdf.length()));
      pdf.append("%d 0 obj\n%s\nendobj\n".formatted(i + 1, objects.get(i)));
    }
    int start = pdf.length();
    pdf.append(table).append("trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n").append(start);
    return pdf.append("\n%%EOF\n").toString().getBytes(US_ASCII);
  }
}
