package org.mycoswarm.cli.output;

import java.io.PrintStream;
import java.util.List;
import org.mycoswarm.schema.wire.AskAnswer;
import org.mycoswarm.schema.wire.AskAnswer.Source;

/// An answer from a collection, as a person reads it: the text, and where it comes from.
public final class AnswerPage {
  private AnswerPage() {}

  public static void print(PrintStream out, AskAnswer answer) {
    if (answer.note() != null) {
      out.println(Table.printable(answer.note()));
    }
    out.println(Table.printableLines(answer.answer().strip()));
    out.println();
    List<Source> cited = answer.sources().stream().filter(Source::cited).toList();
    if (cited.isEmpty()) {
      out.println("The answer names no passage: check it before you rely on it.");
    }
    cited.forEach(source -> out.println(line(source)));
    out.println();
    out.println(
        "%s read %d of the %d passages that were found, each whole.%s"
            .formatted(
                Table.printable(answer.model()),
                answer.sources().size(),
                answer.found(),
                answer.finish().equals("length")
                    ? " It was cut off where the answer may not be longer."
                    : ""));
  }

  private static String line(Source source) {
    StringBuilder line = new StringBuilder("[%d] ".formatted(source.number()));
    line.append(Table.printable(source.path()));
    if (source.heading() != null) {
      line.append(", ").append(Table.printable(source.heading()));
    }
    if (source.page() != null) {
      line.append(", page ").append(source.page());
    }
    if (source.lineFrom() != null) {
      line.append(", lines ").append(source.lineFrom()).append(" to ").append(source.lineTo());
    }
    return line.append(state(source)).toString();
  }

  private static String state(Source source) {
    return switch (source.source()) {
      case "changed" -> "  [changed since it was indexed]";
      case "gone" -> "  [the file is gone]";
      case null, default -> "";
    };
  }
}
