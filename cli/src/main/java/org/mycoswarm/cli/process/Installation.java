package org.mycoswarm.cli.process;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;

/// The folder that this program runs from: `lib/` with every jar, `models/` beside it.
public record Installation(Path lib) {

  public static Installation ofThisProgram() {
    try {
      Path jar =
          Path.of(Installation.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path parent = jar.getParent();
      if (parent == null) {
        throw new IllegalStateException("Expected our jar to lie in a folder: " + jar);
      }
      return new Installation(parent);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("Expected our jar to be a file", e);
    }
  }

  public Path models() {
    return lib.resolveSibling("models");
  }

  /// The command line that starts one of our programs on the JVM that this one runs on.
  ///
  /// @param artifact such as `mycoswarm-broker`
  public List<String> command(String artifact, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Chronicle Queue and the native libraries use it; without this the JVM warns on every start.
    command.add("--sun-misc-unsafe-memory-access=allow");
    // Classes loaded and linked, by the launcher's rehearsal; a JVM that it does not fit passes
    // over it, and need not say so.
    Path cache = lib.resolveSibling(artifact + ".aot");
    if (isOfTheseJars(cache)) {
      command.add("-XX:AOTCache=" + cache);
      command.add("-Xlog:disable");
    }
    command.add("-jar");
    command.add(jar(artifact).toString());
    command.addAll(arguments);
    return command;
  }

  /// A JVM runs the classes that are in the cache, whatever is in the jars by now.
  private boolean isOfTheseJars(Path cache) {
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(lib, "mycoswarm-*.jar")) {
      if (!Files.isRegularFile(cache)) {
        return false;
      }
      FileTime made = Files.getLastModifiedTime(cache);
      for (Path jar : jars) {
        if (Files.getLastModifiedTime(jar).compareTo(made) > 0) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return false; // without it all starts the same, only later
    }
  }

  private Path jar(String artifact) {
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(lib, artifact + "-[0-9]*.jar")) {
      for (Path jar : jars) {
        return jar;
      }
    } catch (IOException e) {
      throw missing(artifact, "that cannot be listed: " + e);
    }
    throw missing(artifact, "there is none");
  }

  private CommandFailed missing(String artifact, String found) {
    return new CommandFailed(
        ExitCode.FAILURES,
        "Expected '%s-VERSION.jar' in '%s', but %s. Build it: mvn -DskipTests package"
            .formatted(artifact, lib, found));
  }
}
