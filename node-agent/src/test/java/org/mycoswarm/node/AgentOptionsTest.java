package org.mycoswarm.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.OptionSpec;

/// Every option of a node is in its table in docs/operating.md, and no other.
class AgentOptionsTest {
  private static final Path DOCUMENT = Path.of("../docs/operating.md");
  private static final Pattern ROW = Pattern.compile("^\\| `(--[a-z-]+)", Pattern.MULTILINE);

  @Test
  void theTableOfTheSettingsHasEveryOption() throws IOException {
    String document = Files.readString(DOCUMENT);
    int start = document.indexOf("## Settings of a node\n");
    String section = document.substring(start, document.indexOf("\n## ", start));
    Set<String> rows = new TreeSet<>();
    Matcher row = ROW.matcher(section);
    while (row.find()) {
      rows.add(row.group(1));
    }

    Set<String> options = new TreeSet<>();
    for (OptionSpec option : AgentMain.commandLine().getCommandSpec().options()) {
      options.add(option.longestName());
    }
    options.remove("--help");
    options.remove("--version");

    assertThat(rows).isEqualTo(options);
  }
}
