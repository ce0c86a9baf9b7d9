package org.mycoswarm.broker.upload;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.log.files.FileBlobStore;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.Manifest;
import org.mycoswarm.schema.wire.UploadView;

final class ArchiveUnpackerTest {
  private static final UploadLimits LIMITS = new UploadLimits(10_000, 100_000, 20);

  @TempDir Path folder;
  private FileBlobStore blobs;
  private ArchiveUnpacker unpacker;

  @BeforeEach
  void open() throws IOException {
    blobs = FileBlobStore.open(folder.resolve("blobs"), InstantSource.system());
    unpacker = new ArchiveUnpacker(blobs, LIMITS, folder.resolve("tmp"));
  }

  @Test
  void aTarBecomesBlobsAndAManifestInTheOrderOfThePaths() throws IOException {
    byte[] tar =
        new Tars()
            .folder("docs")
            .file("docs/b.txt", "bee")
            .file("./docs/a.txt", "ay")
            .file("docs/empty.txt", "")
            .bytes();

    UploadView view = unpack(tar);

    assertThat(view.files()).isEqualTo(3);
    assertThat(view.bytes()).isEqualTo(5);
    assertThat(view.skipped()).isEmpty();
    Manifest manifest = manifest(view);
    assertThat(manifest.files())
        .extracting(Manifest.FileEntry::path)
        .containsExactly("docs/a.txt", "docs/b.txt", "docs/empty.txt");
    assertThat(read(manifest.files().getFirst().sha256())).isEqualTo("ay");
    assertThat(manifest.files().getFirst().size()).isEqualTo(2);
  }

  @Test
  void theSameFilesGiveTheSameManifestHoweverTheyArePacked() throws IOException {
    byte[] tar = new Tars().file("b.txt", "bee").file("a/a.txt", "ay").bytes();
    byte[] zip = zip(Map.of("a/a.txt", "ay", "b.txt", "bee"));

    String manifest = unpack(tar).manifest();

    assertThat(unpack(Tars.gzip(tar)).manifest()).isEqualTo(manifest);
    assertThat(unpack(zip).manifest()).isEqualTo(manifest);
  }

  @Test
  void aZipThatWasStreamedIsReadToo() throws IOException {
    // java.util.zip puts sizes behind the contents, as `zip -` does in a pipe.
    assertThat(unpack(zip(Map.of("a.txt", "ay"))).files()).isEqualTo(1);
  }

  @Test
  void whatLeadsOutOfTheFolderIsSkippedWithTheReason() throws IOException {
    UploadView view =
        unpack(
            new Tars()
                .file("../../etc/passwd", "evil")
                .file("/etc/shadow", "evil")
                .file("a/../../b", "evil")
                .file("C:\\windows\\a", "evil")
                .file("good.txt", "good")
                .bytes());

    assertThat(reasons(view))
        .containsEntry("../../etc/passwd", "its path leads out of the folder by '..'")
        .containsEntry("a/../../b", "its path leads out of the folder by '..'")
        .containsEntry("/etc/shadow", "its path is absolute and not inside the folder")
        .containsEntry("C:\\windows\\a", "its path is absolute and not inside the folder")
        .hasSize(4);
    assertThat(manifest(view).files())
        .extracting(Manifest.FileEntry::path)
        .containsExactly("good.txt");
  }

  @Test
  void linksAndDevicesAreSkippedWithTheReason() throws IOException {
    UploadView view =
        unpack(
            new Tars()
                .special("soft", TarArchiveEntry.LF_SYMLINK, "/etc/passwd")
                .special("hard", TarArchiveEntry.LF_LINK, "good.txt")
                .special("device", TarArchiveEntry.LF_CHR, "")
                .special("pipe", TarArchiveEntry.LF_FIFO, "")
                .file("good.txt", "good")
                .bytes());

    assertThat(reasons(view))
        .containsEntry("soft", "it is a link to '/etc/passwd', and links are not followed")
        .containsEntry("hard", "it is a link to 'good.txt', and links are not followed")
        .containsEntry("device", "it is a device or something else that is no file")
        .containsEntry("pipe", "it is a device or something else that is no file")
        .hasSize(4);
    assertThat(view.files()).isEqualTo(1);
  }

  @Test
  void aLinkInAZipIsSkippedToo() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(out)) {
      ZipArchiveEntry link = new ZipArchiveEntry("soft");
      link.setUnixMode(0120777);
      zip.putArchiveEntry(link);
      zip.write("/etc/passwd".getBytes(UTF_8));
      zip.closeArchiveEntry();
    }

    UploadView view = unpack(out.toByteArray());

    assertThat(reasons(view)).containsEntry("soft", "it is a link, and links are not followed");
    assertThat(view.files()).isZero();
  }

  @Test
  void aPathThatComesTwiceIsTakenOnce() throws IOException {
    UploadView view = unpack(new Tars().file("a", "one").file("./a", "two").bytes());

    assertThat(read(manifest(view).files().getFirst().sha256())).isEqualTo("one");
    assertThat(reasons(view))
        .containsEntry("a", "the archive has this path twice, and the first one was taken");
  }

  @Test
  void theNotesOfMacOsAndNamesThatAreNoTextAreSkipped() throws IOException {
    UploadView view =
        unpack(
            new Tars()
                .file("docs/._a.txt", "x")
                .file("docs/.DS_Store", "x")
                .file("__MACOSX/a", "x")
                .file("new\nline", "x")
                .file("x".repeat(1_100), "x")
                .bytes());

    assertThat(view.files()).isZero();
    assertThat(reasons(view).values())
        .containsOnly(
            "macOS keeps its own notes in it, and it is no document",
            "its path has characters that are not text",
            "its path is longer than 1,024 characters");
  }

  @Test
  void aFileThatIsTooLargeIsSkippedAndTheOthersAreTaken() throws IOException {
    UploadView view =
        unpack(new Tars().file("large", new byte[10_001]).file("good", "good").bytes());

    assertThat(reasons(view)).containsEntry("large", "it is larger than 10,000 bytes");
    assertThat(view.files()).isEqualTo(1);
  }

  @Test
  void moreBytesThanAllowedRefuseTheWholeByWhatWasReallyRead() throws IOException {
    byte[] bomb = Tars.gzip(new Tars().file("zeros", new byte[5_000_000]).bytes());
    assertThat(bomb).hasSizeLessThan(20_000);

    refused(
        bomb,
        UploadRefused.Why.TOO_LARGE,
        "Expected an archive of at most 100,000 bytes when unpacked, but there are more; nothing was taken. Send it in parts");
    refused(zip(Map.of("zeros", "0".repeat(5_000_000))), UploadRefused.Why.TOO_LARGE, "unpacked");
  }

  @Test
  void moreFilesThanAllowedRefuseTheWhole() throws IOException {
    Tars tar = new Tars();
    for (int i = 0; i < 21; i++) {
      tar.file("f" + i, "x");
    }

    refused(tar.bytes(), UploadRefused.Why.TOO_LARGE, "at most 20 files");
  }

  @Test
  void foldersWithoutEndRefuseTheWhole() throws IOException {
    Tars tar = new Tars();
    for (int i = 0; i < 1_081; i++) {
      tar.folder("f" + i);
    }

    refused(tar.bytes(), UploadRefused.Why.TOO_LARGE, "at most 1,080 entries");
  }

  @Test
  void aHeaderThatClaimsToBeHugeRefusesTheWhole() throws IOException {
    byte[] tar = new Tars().longName(3_000_000).file("short", "x").bytes();

    refused(tar, UploadRefused.Why.TOO_LARGE, "bytes in the header of one file");
  }

  @Test
  void aTarThatWasCutIsRefusedWhereverTheCutIs() throws IOException {
    byte[] tar = new Tars().file("a", "x".repeat(2_000)).file("b", "y").bytes();

    refused(
        Arrays.copyOf(tar, 1_000),
        UploadRefused.Why.UNREADABLE,
        "it is damaged or ends inside 'a'");
    refused(Arrays.copyOf(tar, 512 + 2_048), UploadRefused.Why.UNREADABLE, "its end is missing");
    refused(
        Arrays.copyOf(tar, 512 + 2_048 + 200),
        UploadRefused.Why.UNREADABLE,
        "Expected a whole archive, but");
    refused(
        Arrays.copyOf(tar, 2 * 512 + 2_048 + 512),
        UploadRefused.Why.UNREADABLE,
        "its end is missing");
  }

  @Test
  void aGzipThatWasCutOrDamagedIsRefused() throws IOException {
    byte[] gzip = Tars.gzip(new Tars().file("a", "some text").bytes());
    byte[] wrongSum = gzip.clone();
    wrongSum[gzip.length - 6] ^= 0x55;

    refused(
        Arrays.copyOf(gzip, gzip.length - 10),
        UploadRefused.Why.UNREADABLE,
        "Expected a whole archive, but");
    refused(wrongSum, UploadRefused.Why.UNREADABLE, "Expected a whole archive, but");
  }

  @Test
  void aZipThatWasCutOrDamagedIsRefused() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(out)) {
      ZipArchiveEntry entry = new ZipArchiveEntry("a.txt");
      zip.setMethod(ZipEntry.STORED);
      byte[] text = "content".getBytes(UTF_8);
      entry.setSize(text.length);
      CRC32 crc = new CRC32();
      crc.update(text);
      entry.setCrc(crc.getValue());
      zip.putArchiveEntry(entry);
      zip.write(text);
      zip.closeArchiveEntry();
    }
    byte[] zip = out.toByteArray();
    byte[] changed = new String(zip, ISO_8859_1).replace("content", "kontent").getBytes(ISO_8859_1);

    refused(
        Arrays.copyOf(zip, zip.length - 30),
        UploadRefused.Why.UNREADABLE,
        "its directory is missing, as when it was cut");
    refused(
        changed, UploadRefused.Why.UNREADABLE, "the content of 'a.txt' does not have its checksum");
    assertThat(temporaries()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hello, I am no archive", "%PDF-1.7"})
  void whatIsNoArchiveIsUnsupported(String content) {
    refused(
        content.getBytes(UTF_8),
        UploadRefused.Why.UNSUPPORTED,
        "Expected a tar, tar.gz or zip archive, but");
  }

  @Test
  void aGzipOfSomethingElseIsUnsupported() throws IOException {
    refused(
        Tars.gzip("just text".getBytes(UTF_8)),
        UploadRefused.Why.UNSUPPORTED,
        "its first bytes, unzipped, are those of something else (6a75737420746578)");
  }

  @Test
  void anArchiveWithoutFilesIsAnEmptyFolder() throws IOException {
    assertThat(unpack(new Tars().bytes()).files()).isZero();
    assertThat(unpack(new Tars().folder("empty").bytes()).files()).isZero();
    assertThat(unpack(zip(Map.of())).files()).isZero();
  }

  private UploadView unpack(byte[] archive) throws IOException {
    return unpacker.unpack(new ByteArrayInputStream(archive));
  }

  private void refused(byte[] archive, UploadRefused.Why why, String words) {
    assertThatExceptionOfType(UploadRefused.class)
        .isThrownBy(() -> unpack(archive))
        .withMessageContaining(words)
        .satisfies(refused -> assertThat(refused.why()).isEqualTo(why));
  }

  private Manifest manifest(UploadView view) throws IOException {
    return Json.STRICT.readValue(read(view.manifest()), Manifest.class);
  }

  private String read(String sha256) throws IOException {
    try (InputStream in = blobs.open(new BlobHash(sha256)).orElseThrow()) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private List<Path> temporaries() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("tmp"))) {
      return files.toList();
    }
  }

  private static Map<String, String> reasons(UploadView view) {
    return view.skipped().stream()
        .collect(Collectors.toMap(Manifest.SkippedFile::path, Manifest.SkippedFile::reason));
  }

  private static byte[] zip(Map<String, String> files) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        zip.putNextEntry(new ZipEntry(file.getKey()));
        zip.write(file.getValue().getBytes(UTF_8));
        zip.closeEntry();
      }
    }
    return out.toByteArray();
  }
}
