package org.mycoswarm.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A command that ran to its end, with all it printed.
///
/// @param exit code
/// @param out standard output
/// @param err standard error
public record CommandRun(int exit, String out, String err) {
  private static final Duration LONGEST = Duration.ofMinutes(8);

  /// Both outputs, for the message of a failed assertion.
  public String all() {
    return "exit " + exit + "\n--- out\n" + out + "\n--- err\n" + err;
  }

  static CommandRun of(List<String> command, Map<String, String> environment, Path folder) {
    try {
      Path out = Files.createTempFile(folder, "out", "");
      Path err = Files.createTempFile(folder, "err", "");
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().putAll(environment);
      builder.directory(folder.toFile());
      builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
      builder.redirectOutput(out.toFile());
      builder.redirectError(err.toFile());
      Process process = builder.start();
      if (!process.waitFor(LONGEST.toMillis(), TimeUnit.MILLISECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new IllegalStateException(
            "Expected %s to end within %s, but it runs on:%n%s%n%s"
                .formatted(command, LONGEST, Files.readString(out), Files.readString(err)));
      }
      CommandRun run =
          new CommandRun(process.exitValue(), Files.readString(out), Files.readString(err));
      Files.delete(out);
      Files.delete(err);
      return run;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
