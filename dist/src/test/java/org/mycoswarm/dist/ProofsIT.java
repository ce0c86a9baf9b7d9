package org.mycoswarm.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What the documents say of the proofs is there: every test they name, and every property that
/// makes one longer.
class ProofsIT {
  private static final Path ROOT = Swarm.ROOT;
  private static final Pattern TEST = Pattern.compile("`([A-Z]\\w*(?:Test|IT))`");
  private static final Pattern LONG =
      Pattern.compile("-D(?:it\\.)?test=(\\w+(?:Test|IT)) .*-D([\\w.]+)=\\d+");
  private static final Pattern SOAK = Pattern.compile("-D([\\w.]+)=(?:\\d|\\$)");

  private final Map<String, Path> tests = tests();

  @Test
  void everyTestThatIsNamedIsThere() throws IOException {
    for (String page : List.of("guarantees.md", "proofs.md")) {
      assertThat(found(TEST, page(page)).map(match -> match.group(1)))
          .as(page)
          .hasSizeGreaterThan(9)
          .allSatisfy(test -> assertThat(tests).containsKey(test));
    }
  }

  @Test
  void everyLongFormIsAskedForInItsTest() throws IOException {
    List<MatchResult> longForms =
        page("proofs.md").lines().flatMap(line -> found(LONG, line)).toList();

    assertThat(longForms).hasSizeGreaterThan(6);
    for (MatchResult form : longForms) {
      assertThat(Files.readString(tests.get(form.group(1)))).contains(quoted(form.group(2)));
    }
  }

  @Test
  void theNightsRunIsMadeOfTheLongForms() throws IOException {
    String makefile = Files.readString(ROOT.resolve("Makefile"));
    String soak = makefile.substring(makefile.indexOf("\nsoak:"), makefile.indexOf("\nformat:"));
    String page = page("proofs.md");

    assertThat(found(SOAK, soak).map(match -> match.group(1)))
        .hasSizeGreaterThan(6)
        .allSatisfy(property -> assertThat(page).contains("-D" + property + "="));
  }

  private static String quoted(String property) {
    return '"' + property + '"';
  }

  private static String page(String name) throws IOException {
    return Files.readString(ROOT.resolve("docs/reference").resolve(name));
  }

  private static Stream<MatchResult> found(Pattern pattern, String text) {
    return pattern.matcher(text).results();
  }

  /// The files of all tests, by their classes' names.
  private static Map<String, Path> tests() {
    try (Stream<Path> files = Files.find(ROOT, 20, (file, _) -> isTest(file))) {
      return files.collect(
          Collectors.toMap(
              file -> file.getFileName().toString().replace(".java", ""),
              file -> file,
              (one, _) -> one,
              TreeMap::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isTest(Path file) {
    return file.toString().matches(".*/src/test/java/.*(Test|IT)\\.java");
  }
}
