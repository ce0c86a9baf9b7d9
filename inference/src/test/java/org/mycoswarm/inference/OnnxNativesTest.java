package org.mycoswarm.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process that is killed leaves nothing behind that the next one does not use or take away.
class OnnxNativesTest {
  private final FileTime earlier = FileTime.from(Instant.now().minus(Duration.ofHours(1)));

  @TempDir Path folder;

  @Test
  void the_libraries_are_unpacked_once_and_a_damaged_one_again() throws IOException {
    assumeThat(OnnxNatives.unpacked(folder)).as("the flavour for GPUs is left alone").isTrue();
    List<Path> libraries = files();
    Path library = libraries.getFirst();
    long bytes = Files.size(library);
    Files.setLastModifiedTime(library, earlier);

    assertThat(OnnxNatives.unpacked(folder)).isTrue();
    assertThat(Files.getLastModifiedTime(library)).isEqualTo(earlier);

    Files.write(library, new byte[(int) bytes]);
    assertThat(OnnxNatives.unpacked(folder)).isTrue();

    assertThat(Files.mismatch(library, Files.write(folder.resolve("zeros"), new byte[9]))).isZero();
    assertThat(Files.size(library)).isEqualTo(bytes);
    assertThat(libraries).hasSizeGreaterThan(1);
  }

  @Test
  void only_old_and_empty_folders_of_the_library_are_swept_away() throws IOException {
    Path old = earlierFolder("onnxruntime-java123");
    Path young = Files.createDirectory(folder.resolve("onnxruntime-java77"));
    Path other = earlierFolder("somebody-else");
    Path full = Files.createDirectory(folder.resolve("onnxruntime-java9"));
    Files.createFile(full.resolve("libonnxruntime.so"));
    Files.setLastModifiedTime(full, earlier);

    OnnxNatives.sweep(folder);

    assertThat(files()).doesNotContain(old).contains(young, other, full);
  }

  private Path earlierFolder(String name) throws IOException {
    Path made = Files.createDirectory(folder.resolve(name));
    return Files.setLastModifiedTime(made, earlier);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
