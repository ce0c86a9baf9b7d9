package org.mycoswarm.cli.folder;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.cli.SmallBroker;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.BrokerLocator;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.cli.output.Progress;
import org.mycoswarm.schema.wire.Manifest;
import org.mycoswarm.schema.wire.Manifest.FileEntry;
import org.mycoswarm.schema.wire.Manifest.SkippedFile;

class FolderUploadTest {
  private static final String SHA_OF_EMPTY =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  private static final String SHA_OF_HELLO =
      "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

  @TempDir Path folder;
  private final SmallBroker broker = new SmallBroker();
  private final BrokerClient client =
      new BrokerClient(new BrokerLocator(Path.of("."), broker.url(), Map.of()));
  private final Progress progress =
      Progress.on(new PrintStream(new ByteArrayOutputStream(), true, UTF_8), 0);

  @BeforeEach
  void fill() throws IOException {
    Files.createDirectories(folder.resolve("b/c"));
    Files.writeString(folder.resolve("b/c/hello.txt"), "hello");
    Files.createFile(folder.resolve("a.txt"));
  }

  @AfterEach
  void stop() {
    client.close();
    broker.close();
  }

  @Test
  void sendsEachFileUnderItsHashAndThenTheManifest() throws IOException {
    FolderUpload.Uploaded uploaded = upload(1 << 20);

    assertThat(broker.blobs()).containsKeys(SHA_OF_EMPTY, SHA_OF_HELLO, uploaded.manifest());
    assertThat(manifest(uploaded).files())
        .containsExactly(
            new FileEntry("a.txt", SHA_OF_EMPTY, 0),
            new FileEntry("b/c/hello.txt", SHA_OF_HELLO, 5));
    assertThat(uploaded.bytes()).isEqualTo(5);
  }

  @Test
  void theSameFolderGivesTheSameManifest() throws IOException {
    assertThat(upload(1 << 20).manifest()).isEqualTo(upload(1 << 20).manifest());
  }

  @Test
  void leavesOutWhatIsHiddenOrALinkOrNoFileAndNamesIt() throws IOException {
    Files.createDirectories(folder.resolve(".git"));
    Files.writeString(folder.resolve(".git/config"), "secret");
    Files.writeString(folder.resolve(".env"), "secret");
    Files.createSymbolicLink(folder.resolve("out.txt"), Path.of("/etc/passwd"));
    Files.createSymbolicLink(folder.resolve("loop"), folder);

    FolderUpload.Uploaded uploaded = upload(1 << 20);

    assertThat(manifest(uploaded).files()).hasSize(2);
    assertThat(manifest(uploaded).skipped())
        .containsExactly(
            new SkippedFile(".env", "hidden file"),
            new SkippedFile(".git", "hidden folder"),
            new SkippedFile("loop", "symbolic link; links are not followed"),
            new SkippedFile("out.txt", "symbolic link; links are not followed"));
  }

  @Test
  void aFolderThatIsNamedByALinkIsRead(@TempDir Path elsewhere) throws IOException {
    Path link = Files.createSymbolicLink(elsewhere.resolve("documents"), folder);

    FolderUpload.Uploaded uploaded =
        new FolderUpload(client, 1 << 20, progress).upload(FolderWalk.of(link));

    assertThat(uploaded.files()).isEqualTo(2);
    assertThat(uploaded.manifest()).isEqualTo(upload(1 << 20).manifest());
  }

  @Test
  void leavesOutAFileThatIsDeletedAfterItWasFound() throws IOException {
    FolderWalk walk = FolderWalk.of(folder);
    Files.delete(folder.resolve("a.txt"));

    FolderUpload.Uploaded uploaded = new FolderUpload(client, 1 << 20, progress).upload(walk);

    assertThat(uploaded.files()).isEqualTo(1);
    assertThat(uploaded.skipped())
        .containsExactly(new SkippedFile("a.txt", "deleted before it could be read"));
  }

  @Test
  void leavesOutAFileThatIsLargerThanTheBrokerTakes() throws IOException {
    FolderUpload.Uploaded uploaded = upload(4);

    assertThat(uploaded.skipped())
        .containsExactly(
            new SkippedFile("b/c/hello.txt", "5 B is more than the broker takes (4 B)"));
  }

  @Test
  void doesNotSendALargeFileThatTheBrokerHas() throws IOException {
    Files.write(folder.resolve("large.bin"), new byte[100_000]);
    upload(1 << 20);
    int before = broker.requests().size();

    upload(1 << 20);

    assertThat(broker.requests().subList(before, broker.requests().size()))
        .filteredOn(request -> request.body().length >= 100_000)
        .isEmpty();
  }

  @Test
  void readsAVeryLargeFileInPieces() throws IOException {
    byte[] bytes = new byte[17 << 20];
    bytes[123] = 1;
    Files.write(folder.resolve("large.bin"), bytes);

    FolderUpload.Uploaded uploaded = upload(1 << 30);

    FileEntry entry =
        manifest(uploaded).files().stream()
            .filter(file -> file.path().equals("large.bin"))
            .findFirst()
            .orElseThrow();
    assertThat(broker.blobs().get(entry.sha256())).isEqualTo(bytes);
  }

  private FolderUpload.Uploaded upload(long fileBytesMax) throws IOException {
    return new FolderUpload(client, fileBytesMax, progress).upload(FolderWalk.of(folder));
  }

  private Manifest manifest(FolderUpload.Uploaded uploaded) {

    return Wire.read(Wire.tree(client.blob(uploaded.manifest())), Manifest.class);
  }
}
