package org.mycoswarm.benchmarks.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Programs of the machine.
public final class Installed {
  /// Where Debian keeps servers of PostgreSQL, which are not on the PATH.
  private static final Path POSTGRESQL = Path.of("/usr/lib/postgresql");

  private Installed() {}

  public static boolean has(String program) {
    return find(program).isPresent();
  }

  /// @throws IOException when it is not installed; says how to install it
  static String path(String program) throws IOException {
    return find(program)
        .orElseThrow(
            () ->
                new IOException(
                    "Expected the program '%s', but it is not installed; benchmarks/peers/install.sh installs every peer"
                        .formatted(program)))
        .toString();
  }

  /// What a program prints, such as its version.
  static String output(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), UTF_8).strip();
  }

  /// Name and version of the library that a class comes from: the name of its jar.
  static String library(Class<?> type) {
    String jar = type.getProtectionDomain().getCodeSource().getLocation().getPath();
    return jar.substring(jar.lastIndexOf('/') + 1).replace(".jar", "");
  }

  private static Optional<Path> find(String program) {
    String path = System.getenv().getOrDefault("PATH", "");
    List<Path> folders = Arrays.stream(path.split(File.pathSeparator, -1)).map(Path::of).toList();
    return Stream.concat(folders.stream(), postgresql().stream())
        .map(folder -> folder.resolve(program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static List<Path> postgresql() {
    String[] versions = POSTGRESQL.toFile().list();
    return versions == null
        ? List.of()
        : Arrays.stream(versions)
            .sorted()
            .map(version -> POSTGRESQL.resolve(version).resolve("bin"))
            .toList()
            .reversed();
  }
}
