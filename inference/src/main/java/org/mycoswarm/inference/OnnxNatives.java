package org.mycoswarm.inference;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The native libraries of ONNX Runtime, unpacked once into a folder that stays.
///
/// Left to itself it unpacks them into the temporary folder at every start, and a process that is
/// killed leaves them there: 28 MB each time.
final class OnnxNatives {
  private static final String SETTING = "onnxruntime.native.path";

  /// The last one is not in every flavour.
  private static final List<String> LIBRARIES =
      List.of("onnxruntime", "onnxruntime4j_jni", "onnxruntime_providers_shared");

  /// In the flavour for GPUs, where it must lie beside the others; half a gigabyte.
  private static final String CUDA = "onnxruntime_providers_cuda";

  /// A process that starts just now has made its folder and not filled it yet.
  private static final Duration YOUNG = Duration.ofMinutes(1);

  private static final int PART_BYTES = 1 << 16;

  private OnnxNatives() {}

  /// Has ONNX Runtime, which is not started yet, take its libraries from this folder, unless
  /// somebody said otherwise.
  static void keepIn(Path folder) throws IOException {
    if (System.getProperty(SETTING) == null && unpacked(folder)) {
      System.setProperty(SETTING, folder.toAbsolutePath().toString());
    }
  }

  /// @return false, and nothing is done, on machines it does not know and in the flavour for GPUs
  static boolean unpacked(Path folder) throws IOException {
    if (isThere(CUDA) || !isThere(LIBRARIES.getFirst())) {
      return false;
    }
    Files.createDirectories(folder);
    for (String library : LIBRARIES) {
      Path file = folder.resolve(System.mapLibraryName(library));
      if (isThere(library) && !isSame(library, file)) {
        unpack(library, file);
      }
    }
    return true;
  }

  /// Takes away the empty folders that killed processes left; the library makes one at each start.
  static void sweep(Path temporary) throws IOException {
    FileTime young = FileTime.from(Instant.now().minus(YOUNG));
    try (DirectoryStream<Path> left =
        Files.newDirectoryStream(temporary, "onnxruntime-java[0-9]*")) {
      for (Path folder : left) {
        if (isEmpty(folder) && Files.getLastModifiedTime(folder).compareTo(young) < 0) {
          Files.deleteIfExists(folder);
        }
      }
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
      return false; // it is somebody else's
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      return !files.iterator().hasNext();
    }
  }

  /// Whole or not at all, also when the power is cut.
  private static void unpack(String library, Path file) throws IOException {
    Path fresh = Files.createTempFile(file.toAbsolutePath().getParent(), ".unpacking", "");
    try (InputStream in = packed(library)) {
      if (in != null) {
        Files.copy(in, fresh, StandardCopyOption.REPLACE_EXISTING);
      }
      try (FileChannel written = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        written.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static boolean isThere(String library) throws IOException {
    try (InputStream in = packed(library)) {
      return in != null;
    }
  }

  /// Not after an update of the library, and not when the disk has lost some of it.
  private static boolean isSame(String library, Path file) throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    try (InputStream is = packed(library);
        InputStream was = Files.newInputStream(file)) {
      while (is != null) {
        byte[] part = is.readNBytes(PART_BYTES);
        if (!Arrays.equals(part, was.readNBytes(PART_BYTES))) {
          return false;
        }
        if (part.length == 0) {
          return true;
        }
      }
      return false;
    }
  }

  private static @Nullable InputStream packed(String library) {
    return OrtEnvironment.class.getResourceAsStream(
        "/ai/onnxruntime/native/%s-%s/%s"
            .formatted(system(), architecture(), System.mapLibraryName(library)));
  }

  /// As the library itself names them.
  private static String system() {
    String name = System.getProperty("os.name").toLowerCase(Locale.ENGLISH);
    return name.contains("mac") ? "osx" : name.contains("win") ? "win" : "linux";
  }

  private static String architecture() {
    String name = System.getProperty("os.arch").toLowerCase(Locale.ENGLISH);
    return name.equals("amd64") || name.equals("x86_64") ? "x64" : name;
  }
}
