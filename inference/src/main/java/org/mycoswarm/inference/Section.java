package org.mycoswarm.inference;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A part of a document under one heading.
///
/// @param parent the section it is a part of; null at the top
/// @param level of its heading, 1 to 6
/// @param title the words of its heading, in one line
record Section(@Nullable Section parent, int level, String title) {
  /// The section that a heading opens when it is met in this one.
  static Section opened(@Nullable Section here, int level, String title) {
    Section parent = here;
    while (parent != null && parent.level >= level) {
      parent = parent.parent;
    }
    return new Section(parent, level, title);
  }

  /// The titles down to this one, outermost first.
  List<String> path() {
    Deque<String> path = new ArrayDeque<>();
    for (Section section = this; section != null; section = section.parent) {
      path.addFirst(section.title);
    }
    return List.copyOf(path);
  }
}
