package org.mycoswarm.inference;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds the title that a marked-up text gives itself: `title:` in the front matter, else its first
/// heading of the first level.
final class Title {
  /// A title stands at the beginning, or it is none.
  private static final int HEAD = 16_384;

  private static final Pattern FRONT_MATTER =
      Pattern.compile("\\A---[ \\t]*\\r?\\n(.*?)\\n---[ \\t]*(\\r?\\n|\\z)", Pattern.DOTALL);

  private static final Pattern FRONT_TITLE =
      Pattern.compile("(?m)^title:[ \\t]*(\\S.*?)[ \\t\\r]*$");
  private static final Pattern HEADING = Pattern.compile("(?m)^ {0,3}#[ \\t]+(\\S.*?)[ \\t#\\r]*$");

  private Title() {}

  static @Nullable String of(String markedUp) {
    String head = markedUp.substring(0, Math.min(markedUp.length(), HEAD));
    Matcher front = FRONT_MATTER.matcher(head);
    if (front.find()) {
      Matcher title = FRONT_TITLE.matcher(front.group(1));
      if (title.find()) {
        return unquoted(title.group(1));
      }
    }
    Matcher heading = HEADING.matcher(head);
    return heading.find() ? heading.group(1) : null;
  }

  private static String unquoted(String value) {
    boolean quoted =
        value.length() > 2
            && (value.charAt(0) == '"' || value.charAt(0) == '\'')
            && value.charAt(0) == value.charAt(value.length() - 1);
    return quoted ? value.substring(1, value.length() - 1) : value;
  }
}
