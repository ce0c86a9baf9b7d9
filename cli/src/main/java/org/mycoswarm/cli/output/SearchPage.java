package org.mycoswarm.cli.output;

import java.io.PrintStream;
import java.util.Locale;
import org.mycoswarm.schema.wire.SearchAnswer;
import org.mycoswarm.schema.wire.SearchAnswer.Hit;
import org.mycoswarm.schema.wire.SearchAnswer.Passage;

/// The hits of a search, as a person reads them.
public final class SearchPage {
  private static final int PASSAGES_SHOWN = 2;
  private static final int TEXT_SHOWN = 240;

  private SearchPage() {}

  public static void print(PrintStream out, SearchAnswer answer) {
    if (answer.note() != null) {
      out.println(Table.printable(answer.note()));
    }
    if (answer.hits().isEmpty()) {
      out.println("Nothing was found.");
    }
    int number = 0;
    for (Hit hit : answer.hits()) {
      number++;
      out.println(
          String.format(
              Locale.ROOT, "%2d  %.2f  %s%s", number, hit.score(), name(hit), state(hit)));
      for (Passage passage :
          hit.passages().subList(0, Math.min(PASSAGES_SHOWN, hit.passages().size()))) {
        out.println("          " + place(passage));
        out.println("          " + shown(passage.text()));
      }
    }
  }

  private static String name(Hit hit) {
    return Table.printable(
        hit.title() == null ? hit.path() : "%s (%s)".formatted(hit.path(), hit.title()));
  }

  private static String state(Hit hit) {
    if (hit.mark() != null) {
      return "  [an older form: %s]".formatted(Table.printable(hit.mark()));
    }
    if ("changed".equals(hit.source())) {
      return "  [changed since it was indexed]";
    }
    return "gone".equals(hit.source()) ? "  [the file is gone]" : "";
  }

  private static String place(Passage passage) {
    StringBuilder place = new StringBuilder();
    if (passage.heading() != null) {
      place.append(Table.printable(passage.heading())).append(", ");
    }
    if (passage.page() != null) {
      place.append("page ").append(passage.page()).append(", ");
    }
    return place.append("characters %d to %d".formatted(passage.start(), passage.end())).toString();
  }

  private static String shown(String text) {
    String line = Table.printable(text).strip().replaceAll("\\s+", " ");
    return line.length() <= TEXT_SHOWN ? line : line.substring(0, TEXT_SHOWN) + " ...";
  }
}
