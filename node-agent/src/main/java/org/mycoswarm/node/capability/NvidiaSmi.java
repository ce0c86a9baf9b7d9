package org.mycoswarm.node.capability;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// NVIDIA's own program knows most about its cards. It can hang when a driver is broken, and it
/// says `[N/A]` for what a card does not tell.
final class NvidiaSmi {
  /// @param memoryBytes null when the card does not tell
  record Card(int index, String name, @Nullable Long memoryBytes, @Nullable String driver) {}

  private static final int SECONDS_MAX = 5;

  private NvidiaSmi() {}

  /// @param program such as `nvidia-smi`
  static List<Card> ask(String program) throws IOException, InterruptedException {
    Path answer = Files.createTempFile("nvidia-smi", ".csv");
    try {
      Process process = start(program, answer);
      if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(
            "Expected an answer of %s within %d s, but none came".formatted(program, SECONDS_MAX));
      }
      String text = Files.readString(answer, UTF_8);
      if (process.exitValue() != 0) {
        throw new IOException(
            "Expected %s to list the cards, but it ended with %d: %s"
                .formatted(program, process.exitValue(), text.strip()));
      }
      return parse(text);
    } finally {
      Files.deleteIfExists(answer);
    }
  }

  private static Process start(String program, Path answer) throws IOException {
    try {
      return new ProcessBuilder(
              program,
              "--query-gpu=index,name,memory.total,driver_version",
              "--format=csv,noheader,nounits")
          .redirectErrorStream(true)
          .redirectOutput(answer.toFile())
          .start();
    } catch (IOException e) {
      throw new IOException(
          "Expected the program '%s' of an NVIDIA driver, but it cannot be started"
              .formatted(program),
          e);
    }
  }

  /// One card a line: index, name, MiB, driver. Lines that are none are passed over.
  static List<Card> parse(String text) {
    List<Card> cards = new ArrayList<>();
    for (String line : text.lines().toList()) {
      String[] fields = line.split(",", -1);
      OptionalLong index = fields.length < 4 ? OptionalLong.empty() : number(fields[0]);
      if (index.isPresent()) {
        OptionalLong mebibytes = number(fields[2]);
        Long bytes = mebibytes.isPresent() ? Long.valueOf(mebibytes.getAsLong() << 20) : null;
        cards.add(
            new Card((int) index.getAsLong(), told(fields[1], "unnamed"), bytes, told(fields[3])));
      }
    }
    return cards;
  }

  private static OptionalLong number(String field) {
    String digits = field.strip();
    return digits.matches("[0-9]{1,12}")
        ? OptionalLong.of(Long.parseLong(digits))
        : OptionalLong.empty();
  }

  private static @Nullable String told(String field) {
    String value = field.strip();
    return value.isEmpty() || value.startsWith("[") ? null : value;
  }

  private static String told(String field, String otherwise) {
    String value = told(field);
    return value == null ? otherwise : value;
  }
}
