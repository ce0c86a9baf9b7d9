package org.mycoswarm.queue.log.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.queue.log.BlobStore.BlobTooLarge;
import org.mycoswarm.queue.log.BlobStore.StoredBlob;
import org.mycoswarm.queue.log.LogDamaged;

@SuppressWarnings("NullAway.Init") // set up before each test
class FileBlobStoreTest {
  private static final String SHA256_OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @TempDir Path folder;
  private BlobStore store;
  private Instant now = Instant.parse("2026-11-23T10:00:00Z");

  @BeforeEach
  void openTheStore() throws IOException {
    store = FileBlobStore.open(folder, () -> now);
  }

  @Test
  void aBlobIsNamedByItsSha256AndComesBackAsItWas() throws IOException {
    StoredBlob stored = put("abc");

    assertThat(stored).isEqualTo(new StoredBlob(new BlobHash(SHA256_OF_ABC), 3, true));
    assertThat(read(stored.hash())).isEqualTo("abc");
    assertThat(store.size(stored.hash())).contains(3L);
    assertThat(folder.resolve("ba").resolve(SHA256_OF_ABC)).hasContent("abc");
  }

  @Test
  void anEmptyBlobIsABlob() throws IOException {
    StoredBlob stored = put("");

    assertThat(read(stored.hash())).isEmpty();
    assertThat(store.size(stored.hash())).contains(0L);
  }

  @Test
  void aBlobOfManyChunksComesBackAsItWas() throws IOException {
    byte[] bytes = new byte[1_000_003];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 7);
    }

    StoredBlob stored = store.put(new ByteArrayInputStream(bytes), bytes.length);

    try (InputStream back = store.open(stored.hash()).orElseThrow()) {
      assertThat(back.readAllBytes()).isEqualTo(bytes);
    }
  }

  @Test
  void anUnknownBlobIsNotHere() throws IOException {
    BlobHash unknown = new BlobHash("0".repeat(64));

    assertThat(store.open(unknown)).isEmpty();
    assertThat(store.size(unknown)).isEmpty();
  }

  @Test
  void storingTheSameBytesAgainIsNotNew() throws IOException {
    put("abc");

    assertThat(put("abc").isNew()).isFalse();
    assertThat(files()).hasSize(1);
  }

  @Test
  void aStoreOpenedAgainHasItsBlobsAndNoLeftovers() throws IOException {
    BlobHash hash = put("abc").hash();
    Files.writeString(folder.resolve("tmp/put-123"), "half a bl");

    store = FileBlobStore.open(folder, () -> now);

    assertThat(read(hash)).isEqualTo("abc");
    assertThat(files()).hasSize(1);
  }

  @Test
  void aStreamThatIsTooLongLeavesNothing() {
    assertThatThrownBy(() -> store.put(stream("abcd"), 3))
        .isInstanceOf(BlobTooLarge.class)
        .hasMessage("Expected at most 3 bytes, but the stream is longer; nothing was stored");

    assertThat(files()).isEmpty();
  }

  @Test
  void aStreamThatFailsLeavesNothing() {
    InputStream failing =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the line went dead");
          }

          @Override
          public int read(byte[] into, int from, int count) throws IOException {
            return read();
          }
        };

    assertThatThrownBy(
            () -> store.put(new SequenceInputStream(stream("abc"), failing), Long.MAX_VALUE))
        .isInstanceOf(IOException.class)
        .hasMessage("the line went dead");

    assertThat(files()).isEmpty();
  }

  @Test
  void aDamagedBlobIsNamedAndItsLastBytesAreHeldBack() throws IOException {
    BlobHash hash = put("abc").hash();
    Path file = folder.resolve("ba").resolve(SHA256_OF_ABC);
    Files.writeString(file, "abX");

    try (InputStream damaged = store.open(hash).orElseThrow()) {
      assertThatThrownBy(() -> damaged.readNBytes(3))
          .isInstanceOf(LogDamaged.class)
          .hasMessageStartingWith("Expected the blob " + SHA256_OF_ABC + " in '" + file + "'")
          .hasMessageContaining("but its 3 bytes have the SHA-256 ")
          .hasMessageContaining("storing the same blob again repairs it");
    }
  }

  @Test
  void aBlobThatWasCutOffIsDamagedAlsoWhenNothingIsLeft() throws IOException {
    BlobHash hash = put("abc").hash();
    Files.writeString(folder.resolve("ba").resolve(SHA256_OF_ABC), "");

    try (InputStream damaged = store.open(hash).orElseThrow()) {
      assertThatThrownBy(damaged::readAllBytes).isInstanceOf(LogDamaged.class);
    }
  }

  @Test
  void storingADamagedBlobAgainRepairsIt() throws IOException {
    BlobHash hash = put("abc").hash();
    Files.writeString(folder.resolve("ba").resolve(SHA256_OF_ABC), "abX");

    assertThat(put("abc").isNew()).isTrue();

    assertThat(read(hash)).isEqualTo("abc");
  }

  @Test
  void aBlobThatIsTouchedWhileTheCollectorAsksWhoRefersToItStays() throws IOException {
    BlobHash blob = put("about to be referred to").hash();
    Instant before = now.plusSeconds(1);
    now = now.plus(Duration.ofHours(1));

    int deleted =
        store.collect(
            before,
            hash -> {
              assertThat(touch(hash)).isTrue();
              return false;
            });

    assertThat(deleted).isZero();
    assertThat(store.size(blob)).isPresent();
    assertThat(touch(new BlobHash("0".repeat(64)))).isFalse();
  }

  @Test
  void collectingTakesTheOldThatNobodyRefersTo() throws IOException {
    BlobHash used = put("used").hash();
    BlobHash unused = put("unused").hash();
    BlobHash again = put("again").hash();
    Instant before = now.plusSeconds(1);
    now = now.plus(Duration.ofHours(1));
    BlobHash young = put("young").hash();
    put("again");

    int deleted = store.collect(before, used::equals);

    assertThat(deleted).isEqualTo(1);
    assertThat(store.size(unused)).isEmpty();
    for (BlobHash kept : List.of(used, young, again)) {
      assertThat(store.size(kept)).isPresent();
    }
  }

  @Test
  void manyPutsOfTheSameBytesAtOnceStoreOneBlob() throws Exception {
    byte[] bytes = "the same ".repeat(50_000).getBytes(UTF_8);
    Callable<StoredBlob> put = () -> store.put(new ByteArrayInputStream(bytes), bytes.length);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<StoredBlob> stored :
          threads.invokeAll(Stream.generate(() -> put).limit(8).toList())) {
        assertThat(stored.get().bytes()).isEqualTo(bytes.length);
        assertThat(store.size(stored.get().hash())).contains((long) bytes.length);
      }
    }

    assertThat(files()).hasSize(1);
  }

  private StoredBlob put(String text) throws IOException {
    return store.put(stream(text), 1_000);
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(UTF_8));
  }

  private String read(BlobHash hash) throws IOException {
    try (InputStream bytes = store.open(hash).orElseThrow()) {
      return new String(bytes.readAllBytes(), UTF_8);
    }
  }

  private List<Path> files() {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).toList();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private boolean touch(BlobHash hash) {
    try {
      return store.touch(hash);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
