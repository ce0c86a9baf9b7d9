package org.mycoswarm.queue.log.disks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/// A small disk of a test's own, mounted in a folder of it: one that can be filled, and whose power
/// can be cut. Needs root; without it the test is skipped and says so, but fails where
/// `MYCOSWARM_REQUIRE_ROOT` names `disks`, as `.ci/run` does where they work.
public final class SmallDisk implements AutoCloseable {
  private final Path folder;
  private final Path image;
  private final List<String> mount;
  private boolean isMounted;

  private SmallDisk(Path folder, Path image, List<String> mount) {
    this.folder = folder;
    this.image = image;
    this.mount = mount;
  }

  /// An ext4 file system in a file beside the folder.
  ///
  /// @throws TestAbortedException when this machine does not allow it
  public static SmallDisk ext4(Path folder, int mebibytes) throws IOException {
    expectRoot();
    need(Files.exists(Path.of("/dev/loop-control")), "it needs loop devices");
    Path image = folder.resolveSibling(folder.getFileName() + ".img");
    attempt(List.of("truncate", "-s", mebibytes + "M", image.toString()));
    String now = "lazy_itable_init=0,lazy_journal_init=0";
    String journal = "size=" + Math.max(4, mebibytes / 16);
    attempt(List.of("mkfs.ext4", "-q", "-m", "0", "-J", journal, "-E", now, image.toString()));
    return mounted(
        folder, image, List.of("mount", "-o", "loop", image.toString(), folder.toString()));
  }

  /// @throws TestAbortedException when this machine does not allow it
  public static SmallDisk tmpfs(Path folder, int mebibytes) throws IOException {
    expectRoot();
    String size = "size=%dm".formatted(mebibytes);
    return mounted(
        folder, folder, List.of("mount", "-t", "tmpfs", "-o", size, "tmpfs", folder.toString()));
  }

  private static SmallDisk mounted(Path folder, Path image, List<String> mount) throws IOException {
    SmallDisk disk = new SmallDisk(Files.createDirectories(folder), image, mount);
    attempt(mount);
    disk.isMounted = true;
    return disk;
  }

  private static void expectRoot() {
    need(
        "root".equals(System.getProperty("user.name"))
            && "Linux".equals(System.getProperty("os.name")),
        "it mounts a small disk, which needs root on Linux");
  }

  private static void need(boolean isThere, String obstacle) {
    String required = System.getenv().getOrDefault("MYCOSWARM_REQUIRE_ROOT", "");
    if (!isThere && List.of(required.split(" ")).contains("disks")) {
      throw new AssertionFailedError(obstacle + " (MYCOSWARM_REQUIRE_ROOT names 'disks')");
    }
    Assumptions.assumeTrue(isThere, () -> "Not run: " + obstacle);
  }

  public Path folder() {
    return folder;
  }

  public void mount() throws IOException {
    run(mount);
    isMounted = true;
  }

  /// Returns once the file system is gone from the whole machine: a process that made a mount
  /// namespace of its own meanwhile holds it until it ends, and mounting it again would only give
  /// back the same one, without power.
  public void unmount() throws IOException {
    run(List.of("umount", folder.toString()));
    isMounted = false;
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (isAttached()) {
      if (System.nanoTime() >= deadline) {
        throw new IOException(
            "Expected '%s' to be unmounted within a minute, but another process keeps it"
                .formatted(folder));
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  private boolean isAttached() throws IOException {
    try (DirectoryStream<Path> loops = Files.newDirectoryStream(Path.of("/sys/block"), "loop*")) {
      for (Path loop : loops) {
        if (backingFile(loop).equals(image.toString())) {
          return true;
        }
      }
    }
    return false;
  }

  private static String backingFile(Path loop) throws IOException {
    try {
      return Files.readString(loop.resolve("loop/backing_file")).strip();
    } catch (NoSuchFileException notAttached) {
      return "";
    }
  }

  /// Cuts the disk's power: what is not on it now never comes there, and every later access fails.
  /// [#unmount] and [#mount] bring it back as it was at this moment.
  public void cutPower() {
    Linux.shutDownFileSystem(folder);
  }

  @Override
  public void close() throws IOException {
    if (isMounted) {
      run(List.of("umount", "-l", folder.toString()));
      isMounted = false;
    }
  }

  /// What a machine may refuse from the start. Later it may refuse nothing.
  private static void attempt(List<String> command) throws IOException {
    String refused = refused(command);
    need(refused.isEmpty(), refused);
  }

  private static void run(List<String> command) throws IOException {
    String refused = refused(command);
    if (!refused.isEmpty()) {
      throw new IOException(refused);
    }
  }

  /// Empty when it went well.
  private static String refused(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    int status = process.onExit().join().exitValue();
    return status == 0 ? "" : "this machine refused %s: %s".formatted(command, output);
  }
}
