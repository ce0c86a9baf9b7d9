package org.mycoswarm.broker.upload;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The name of an archive's entry as a path in a folder: relative, `/` between names, without `.`.
///
/// @param path for people when it is refused; a path in the manifest when it is not
/// @param refusal why it cannot be taken, or null
record EntryName(String path, @Nullable String refusal) {
  private static final int LENGTH_MAX = 1_024;
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
  private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:[/\\\\].*");

  static EntryName of(String raw) {
    String shown = CONTROL.matcher(cut(raw)).replaceAll("?");
    if (raw.length() > LENGTH_MAX) {
      return refused(shown, "its path is longer than %,d characters".formatted(LENGTH_MAX));
    }
    if (!shown.equals(raw) || raw.indexOf('\uFFFD') >= 0) {
      return refused(shown, "its path has characters that are not text");
    }
    if (raw.startsWith("/") || raw.startsWith("\\") || DRIVE.matcher(raw).matches()) {
      return refused(shown, "its path is absolute and not inside the folder");
    }
    List<String> names = new ArrayList<>();
    for (String name : raw.split("/", -1)) {
      if (name.equals("..")) {
        return refused(shown, "its path leads out of the folder by '..'");
      }
      if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
    }
    return names.isEmpty()
        ? refused(shown, "its path names no file")
        : macOs(names, String.join("/", names));
  }

  private static EntryName macOs(List<String> names, String path) {
    String last = names.getLast();
    boolean metadata =
        last.startsWith("._") || last.equals(".DS_Store") || names.getFirst().equals("__MACOSX");
    return metadata
        ? refused(path, "macOS keeps its own notes in it, and it is no document")
        : new EntryName(path, null);
  }

  private static EntryName refused(String shown, String why) {
    return new EntryName(shown, why);
  }

  private static String cut(String raw) {
    return raw.length() <= LENGTH_MAX ? raw : raw.substring(0, LENGTH_MAX - 1) + "…";
  }
}
