package org.mycoswarm.node.work;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.mycoswarm.node.client.BrokerProblem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Bytes of models on this machine's disk, each a file named by its SHA-256. What is there is
/// checked whenever it is wanted; what is not comes from the broker, only the range that is asked
/// for. When the disk is short, what was wanted longest ago goes, but never what a stage of this
/// node uses: a file that is mapped frees nothing when it is deleted. Any thread; one fetches at a
/// time.
public final class WeightCache {
  private static final Logger LOG = LoggerFactory.getLogger(WeightCache.class);

  /// Left free on the disk for others.
  private static final long SPARE_BYTES = 512L << 20;

  /// How the names of files begin that are not complete yet.
  private static final String FETCHING = ".fetching";

  private static final int TRIES = 3;

  private final Path folder;
  private final Blobs blobs;
  private final long spareBytes;
  private final ReentrantLock lock = new ReentrantLock();

  /// Files that somebody uses, and how many do.
  private final Map<Path, Integer> used = new HashMap<>();

  /// @param folder made when it is not there
  public WeightCache(Path folder, Blobs blobs) {
    this(folder, blobs, SPARE_BYTES);
  }

  WeightCache(Path folder, Blobs blobs, long spareBytes) {
    this.folder = folder;
    this.blobs = blobs;
    this.spareBytes = spareBytes;
  }

  /// What one stage uses: its files stay until this is closed. Any thread.
  Use use() {
    return new Use();
  }

  /// The files of one stage.
  final class Use implements AutoCloseable {
    private final Set<Path> mine = new HashSet<>();

    /// Where these bytes lie now.
    ///
    /// @throws TaskFailed when what comes is something else
    Path get(Wish wish) throws TaskFailed, BrokerProblem, InterruptedException {
      return kept(wish.what(), () -> mine(WeightCache.this.get(wish)));
    }

    /// Bytes that came already, as a file.
    ///
    /// @param sha256 of them
    Path keep(String sha256, byte[] bytes) throws TaskFailed, BrokerProblem, InterruptedException {
      return kept("a file of a model", () -> mine(WeightCache.this.keep(sha256, bytes)));
    }

    private Path mine(Path file) {
      if (mine.add(file)) {
        used.merge(file, 1, Integer::sum);
      }
      return file;
    }

    @Override
    public void close() {
      lock.lock();
      try {
        mine.forEach(file -> used.computeIfPresent(file, (_, n) -> n == 1 ? null : n - 1));
        mine.clear();
      } finally {
        lock.unlock();
      }
    }
  }

  @FunctionalInterface
  private interface Work {
    Path done() throws IOException, TaskFailed, BrokerProblem, InterruptedException;
  }

  private Path kept(String what, Work work) throws TaskFailed, BrokerProblem, InterruptedException {
    lock.lockInterruptibly();
    try {
      Files.createDirectories(folder);
      return work.done();
    } catch (IOException e) {
      throw TaskFailed.retryable("Expected to keep %s in '%s', but: %s".formatted(what, folder, e));
    } finally {
      lock.unlock();
    }
  }

  /// Bytes that are wanted.
  ///
  /// @param what in the words of the task, such as `the weight 'lm_head'`
  /// @param blob of which they are a part
  /// @param sha256 of themselves
  record Wish(String what, String blob, long offset, long bytes, String sha256) {}

  private Path get(Wish wish) throws IOException, TaskFailed, BrokerProblem, InterruptedException {
    Path file = folder.resolve(checkedName(wish));
    if (!isThere(file, wish)) {
      makeRoom(wish);
      fetch(wish, file);
    }
    Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    return file;
  }

  private Path keep(String sha256, byte[] bytes) throws IOException {
    Path fresh = Files.createTempFile(folder, FETCHING, "");
    try {
      Files.write(fresh, bytes);
      return Files.move(
          fresh,
          folder.resolve(sha256),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /// It names a file.
  private static String checkedName(Wish wish) throws TaskFailed {
    if (!wish.sha256().matches("[0-9a-f]{64}")) {
      throw TaskFailed.forGood(
          "Expected a SHA-256 for %s, but it is '%s'".formatted(wish.what(), wish.sha256()));
    }
    return wish.sha256();
  }

  private static boolean isThere(Path file, Wish wish) throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    boolean sound = Files.size(file) == wish.bytes() && hash(file).equals(wish.sha256());
    if (!sound) {
      LOG.warn("Expected {} in '{}', but the file is damaged; fetching anew", wish.what(), file);
      Files.delete(file);
    }
    return sound;
  }

  private static String hash(Path file) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      byte[] part = new byte[1 << 20];
      while (in.read(part) >= 0) {
        // Reading is what fills the digest.
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private void fetch(Wish wish, Path file)
      throws IOException, TaskFailed, BrokerProblem, InterruptedException {
    Path fresh = Files.createTempFile(folder, FETCHING, "");
    try {
      String found = fetched(wish, fresh);
      if (!found.equals(wish.sha256())) {
        throw TaskFailed.retryable(
            "Expected %s with the SHA-256 '%s', but the bytes that came have '%s'; they are dropped and fetched anew at the next try"
                .formatted(wish.what(), wish.sha256(), found));
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private String fetched(Wish wish, Path into)
      throws IOException, BrokerProblem, InterruptedException {
    for (int tries = 1; ; tries++) {
      MessageDigest digest = sha256();
      try (OutputStream out = new DigestOutputStream(Files.newOutputStream(into), digest)) {
        blobs.range(wish.blob(), wish.offset(), wish.bytes(), out);
        return HexFormat.of().formatHex(digest.digest());
      } catch (IOException e) {
        if (tries == TRIES) {
          throw e;
        }
        LOG.debug("Fetching {} again: {}", wish.what(), e.toString());
      }
    }
  }

  private void makeRoom(Wish wish) throws IOException, TaskFailed {
    dropUnfinished();
    long missing = wish.bytes() + spareBytes - Files.getFileStore(folder).getUsableSpace();
    for (Path file : oldestFirst()) {
      if (missing <= 0) {
        return;
      }
      missing -= Files.size(file);
      LOG.info("Deleting the weights '{}', because the disk is short", file.getFileName());
      Files.delete(file);
    }
    if (missing > 0) {
      throw TaskFailed.retryable(
          "Expected room for %s (%d bytes) in '%s', but the disk lacks %d bytes"
              .formatted(wish.what(), wish.bytes(), folder, missing));
    }
  }

  /// What an earlier process of this node began to fetch: nobody but the holder of the lock
  /// fetches.
  private void dropUnfinished() throws IOException {
    for (Path file : files()) {
      if (file.getFileName().toString().startsWith(FETCHING)) {
        Files.delete(file);
      }
    }
  }

  private List<Path> oldestFirst() throws IOException {
    return files().stream()
        .filter(file -> !used.containsKey(file))
        .sorted(Comparator.comparingLong(file -> file.toFile().lastModified()))
        .toList();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
