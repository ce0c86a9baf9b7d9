package org.mycoswarm.broker.collections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.broker.collections.FolderListing.LeftOut;

/// What of a folder counts, and when a file is read again.
class FolderScanTest {
  private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path folder;

  @Test
  void everyFileIsNamedByItsPathAndItsContent() throws Exception {
    write("b/two.txt", "two");
    write("one.txt", "one");

    FolderListing listing = scan(Map.of(), Instant.EPOCH);

    assertThat(listing.files())
        .extracting(FolderFile::path)
        .containsExactly("b/two.txt", "one.txt");
    assertThat(listing.files().getLast().sha256()).isEqualTo(Sha256.of("one"));
    assertThat(listing.files().getLast().bytes()).isEqualTo(3);
  }

  @Test
  void whatIsLeftOutIsNamedWithTheReason() throws Exception {
    write(".hidden/secret.txt", "no");
    write(".profile", "no");
    write("large.txt", "x".repeat(2_000));
    Files.createSymbolicLink(folder.resolve("link"), Path.of("/etc/hostname"));

    FolderListing listing = scan(Map.of(), Instant.EPOCH);

    assertThat(listing.files()).isEmpty();
    assertThat(listing.leftOut())
        .extracting(LeftOut::path)
        .containsExactly(".hidden", ".profile", "large.txt", "link");
    assertThat(listing.leftOut()).noneMatch(LeftOut::unreadable);
    assertThat(listing.leftOut().get(2).reason()).contains("2,000 bytes").contains("1,000");
  }

  @Test
  void aFileThatIsAsItWasIsNotReadAgain() throws Exception {
    Path file = write("one.txt", "one");
    Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
    Map<String, FolderFile> known = known(scan(Map.of(), Instant.EPOCH));
    Files.writeString(file, "two");
    Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));

    FolderListing trusting = scan(known, Instant.now());
    FolderListing audit = scan(Map.of(), Instant.now());

    assertThat(trusting.files().getFirst().sha256()).isEqualTo(Sha256.of("one"));
    assertThat(audit.files().getFirst().sha256()).isEqualTo(Sha256.of("two"));
  }

  @Test
  void aFileThatChangedJustBeforeItWasLookedAtIsReadAgain() throws Exception {
    Path file = write("one.txt", "one");
    FolderListing first = scan(Map.of(), Instant.EPOCH);
    FileTime time = Files.getLastModifiedTime(file);
    Files.writeString(file, "two");
    Files.setLastModifiedTime(file, time);

    FolderListing second = scan(known(first), first.scannedAt());

    assertThat(second.files().getFirst().sha256()).isEqualTo(Sha256.of("two"));
  }

  @Test
  void anotherFileUnderAnOldNameIsReadThoughSizeAndTimeAgree() throws Exception {
    Path file = write("one.txt", "one");
    Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
    Map<String, FolderFile> known = known(scan(Map.of(), Instant.EPOCH));
    Path other = write("other.txt", "two");
    Files.setLastModifiedTime(other, FileTime.from(LONG_AGO));
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);

    FolderListing second = scan(known, Instant.now());

    assertThat(second.files().getFirst().sha256()).isEqualTo(Sha256.of("two"));
  }

  @Test
  void aFolderThatIsNotThereIsNoEmptyFolder() {
    assertThatIOException()
        .isThrownBy(
            () ->
                new FolderScan(folder.resolve("gone"), Map.of(), Instant.EPOCH, 1_000)
                    .scan(new RunPause()));
  }

  private FolderListing scan(Map<String, FolderFile> known, Instant knownAt)
      throws IOException, InterruptedException {
    return new FolderScan(folder, known, knownAt, 1_000).scan(new RunPause());
  }

  private static Map<String, FolderFile> known(FolderListing listing) {
    Map<String, FolderFile> known = new HashMap<>();
    listing.files().forEach(file -> known.put(file.path(), file));
    return known;
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }
}
