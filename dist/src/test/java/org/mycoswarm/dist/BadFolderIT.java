package org.mycoswarm.dist;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Folders are full of surprises: each has a line in the report, and the rest is embedded.
@Timeout(240)
class BadFolderIT {
  private static final int TWENTY_MB = 20 << 20;

  @TempDir Path folder;
  private Swarm swarm;

  @BeforeEach
  void startSwarm() {
    swarm = new Swarm(folder.resolve("swarm"));
    swarm.broker();
    swarm.node("one");
    swarm.awaitOnline(1);
  }

  @AfterEach
  void stopAll() {
    swarm.close();
  }

  @Test
  void eachStrangeFileHasALineInTheReportAndTheRestIsEmbedded() throws IOException {
    Path documents = strangeFolder();
    Program embed;

    try (HoldingDoor door = new HoldingDoor(swarm.port())) {
      embed = swarm.cliInBackground("embed", "--broker", door.url(), "embed", documents.toString());
      // The folder has been read, and four files are on their way; this one is the last in line.
      door.awaitPut();
      Files.delete(documents.resolve("z/gone.txt"));
      door.open();
      embed.awaitEnd();
    }

    assertThat(embed.log()).contains("left out 4");
    JsonNode job = swarm.api().get("/api/v1/jobs").path("items").get(0);
    assertThat(job.path("state").asText()).isEqualTo("succeeded");
    assertThat(embed.awaitEnd()).as("nothing failed: " + embed.log()).isZero();
    JsonNode report = swarm.api().get("/api/v1/jobs/" + job.path("job").asText() + "/report");
    assertLine(report, "a/same.txt", "empty", "Expected some text, but it has 0 bytes");
    assertLine(report, "b/same.txt", "embedded", "");
    assertLine(
        report, "binary.bin", "unsupported", "but found binary data (a NUL byte at offset 0)");
    assertLine(report, "empty.txt", "empty", "Expected some text, but it has 0 bytes");
    assertLine(report, "fine.md", "embedded", "");
    assertLine(report, "latin1.txt", "embedded", "not valid UTF-8; read as windows-1252");
    assertLine(report, "large.txt", "embedded", "");
    assertLine(report, "out", "skipped", "symbolic link; links are not followed");
    assertLine(report, "pipe", "skipped", "not a file (a pipe, socket or device)");
    assertLine(report, "z/gone.txt", "skipped", "deleted before it could be read");
    assertLine(report, ".hidden", "skipped", "hidden file");
    assertThat(report.path("files")).hasSize(11);
    assertThat(results(job)).contains("compost").contains("Größe").doesNotContain("secret");
  }

  @Test
  void entriesOfATarThatLeadOutOfTheFolderAreLeftOutWithTheReason() throws IOException {
    byte[] tar =
        tar(
            Map.of(
                "fine.md", "# Fine\n\nThis one is embedded.",
                "../evil.txt", "secret",
                "sub/../../evil.txt", "secret",
                "/etc/evil.txt", "secret"));

    JsonNode upload =
        Api.json(
            swarm
                .api()
                .send(
                    HttpRequest.newBuilder(URI.create(swarm.api().url() + "/api/v1/uploads"))
                        .header("Content-Type", "application/x-tar")
                        .POST(BodyPublishers.ofByteArray(tar))));
    Object embed = Map.of("manifest", upload.path("manifest").asText());
    JsonNode submitted = swarm.api().post("/api/v1/jobs", Map.of("embed", embed));
    JsonNode job = swarm.awaitEnded(submitted.path("job").asText());

    assertThat(job.path("state").asText()).isEqualTo("succeeded");
    JsonNode report = swarm.api().get("/api/v1/jobs/" + job.path("job").asText() + "/report");
    String leadsOut = "its path leads out of the folder by '..'";
    assertLine(report, "fine.md", "embedded", "");
    assertLine(report, "../evil.txt", "skipped", leadsOut);
    assertLine(report, "sub/../../evil.txt", "skipped", leadsOut);
    assertLine(
        report, "/etc/evil.txt", "skipped", "its path is absolute and not inside the folder");
    assertLine(report, "link", "skipped", "link");
    assertThat(report.path("files")).hasSize(5);
    assertThat(results(job)).contains("This one is embedded").doesNotContain("secret");
  }

  private Path strangeFolder() throws IOException {
    Path documents = folder.resolve("documents");
    Files.createDirectories(documents);
    Files.writeString(folder.resolve("outside.txt"), "secret");
    Files.createSymbolicLink(documents.resolve("out"), folder.resolve("outside.txt"));
    CommandRun pipe =
        CommandRun.of(List.of("mkfifo", documents.resolve("pipe").toString()), Map.of(), folder);
    assertThat(pipe.exit()).as(pipe.all()).isZero();
    new DocumentFolder(documents)
        .with("fine.md", "# Compost\n\nTurn the compost every two weeks.")
        .with("empty.txt", "")
        .with("a/same.txt", "")
        .with("b/same.txt", "The other one of this name has 0 bytes.")
        .with("binary.bin", new byte[TWENTY_MB])
        .with("large.txt", largeText())
        .with("latin1.txt", "Die Größe ist nicht als UTF-8 geschrieben.".getBytes(ISO_8859_1))
        .with("z/gone.txt", "This is deleted before it is read.")
        .with(".hidden", "secret");
    return documents;
  }

  /// 20 MB that are read, decoded and cut whole, but give few chunks: to embed 20 MB of plain prose
  /// takes an hour on two cores, and tries nothing else.
  private static byte[] largeText() {
    byte[] text = new byte[TWENTY_MB];
    Arrays.fill(text, (byte) '\n');
    byte[] sentence = "A sentence in a sea of empty lines.".getBytes(UTF_8);
    for (int at = 1_000; at + sentence.length < text.length; at += TWENTY_MB / 8) {
      System.arraycopy(sentence, 0, text, at, sentence.length);
    }
    return text;
  }

  private static byte[] tar(Map<String, String> files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(file.getKey(), true);
        byte[] content = file.getValue().getBytes(UTF_8);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
      TarArchiveEntry link = new TarArchiveEntry("link", TarConstants.LF_SYMLINK);
      link.setLinkName("/etc/passwd");
      tar.putArchiveEntry(link);
      tar.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }

  private static void assertLine(JsonNode report, String path, String status, String words) {
    List<JsonNode> lines =
        report
            .path("files")
            .valueStream()
            .filter(f -> f.path("path").asText().equals(path))
            .toList();
    assertThat(lines).as(path + " in " + report.toPrettyString()).hasSize(1);
    JsonNode line = lines.getFirst();
    assertThat(line.path("status").asText()).as(line.toString()).isEqualTo(status);
    assertThat(line.path("reason").asText() + line.path("note").asText())
        .as(line.toString())
        .contains(words);
    assertThat(line.path("vectors").asInt() > 0).isEqualTo(status.equals("embedded"));
  }

  private String results(JsonNode job) {
    return swarm.api().text("/api/v1/jobs/" + job.path("job").asText() + "/results?format=jsonl");
  }
}
