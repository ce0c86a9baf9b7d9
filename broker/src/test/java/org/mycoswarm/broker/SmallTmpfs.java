package org.mycoswarm.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.opentest4j.AssertionFailedError;

/// A disk in memory, mounted for one test. Needs root; without it the test is skipped, but fails
/// where `MYCOSWARM_REQUIRE_ROOT` names `disks`.
public final class SmallTmpfs implements AutoCloseable {
  private static final int MIB = 1 << 20;

  private final Path folder;

  public SmallTmpfs(Path folder, int mebibytes) throws IOException {
    this.folder = Files.createDirectories(folder);
    String size = "size=%dm".formatted(mebibytes);
    boolean mounted = run("mount", "-t", "tmpfs", "-o", size, "tmpfs", folder.toString());
    String required = System.getenv().getOrDefault("MYCOSWARM_REQUIRE_ROOT", "");
    if (!mounted && List.of(required.split(" ")).contains("disks")) {
      throw new AssertionFailedError(
          "it mounts a disk of its own (MYCOSWARM_REQUIRE_ROOT names 'disks')");
    }
    Assumptions.assumeTrue(mounted, "Not run: it mounts a disk of its own, which only root may");
  }

  public Path folder() {
    return folder;
  }

  /// @return the file that takes the room
  public Path fill(long bytes) throws IOException {
    Path file = folder.resolve("others");
    for (long at = 0; at < bytes; at += MIB) {
      write(file, MIB);
    }
    return file;
  }

  /// Leaves no room at all.
  ///
  /// @return the file that takes it
  public Path fill() throws IOException {
    long free = Files.getFileStore(folder).getUsableSpace();
    Path file = folder.resolve("others");
    write(file, Math.toIntExact(free));
    return file;
  }

  private static void write(Path file, int bytes) throws IOException {
    Files.write(file, new byte[bytes], StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  @Override
  public void close() throws IOException {
    assertThat(run("umount", folder.toString())).isTrue();
  }

  private static boolean run(String... command) throws IOException {
    Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      System.err.println(said);
      return false;
    }
    return true;
  }
}
