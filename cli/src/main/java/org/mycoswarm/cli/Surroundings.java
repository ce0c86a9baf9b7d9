package org.mycoswarm.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a command finds around it. Only `main` makes the real one.
///
/// @param in standard input
/// @param columns of the terminal that progress is shown on; 0 when it goes into a pipe or a file
/// @param userHome the person's own folder
/// @param root the project's folder, as the launcher found it; absent when it was started otherwise
public record Surroundings(
    Map<String, String> environment,
    InputStream in,
    PrintStream out,
    PrintStream err,
    int columns,
    Path userHome,
    @Nullable Path root) {

  public static Surroundings ofProcess() {
    String root = System.getProperty("mycoswarm.root");
    return new Surroundings(
        System.getenv(),
        System.in,
        System.out,
        System.err,
        Integer.getInteger("mycoswarm.columns", 0),
        Path.of(System.getProperty("user.home")),
        root == null ? null : Path.of(root));
  }
}
