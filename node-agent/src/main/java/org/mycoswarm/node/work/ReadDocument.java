package org.mycoswarm.node.work;

import org.mycoswarm.inference.Document;
import org.mycoswarm.inference.Unreadable;

/// A document as a task works on it, or why it has no text.
sealed interface ReadDocument {
  /// How large the document itself is; when only its text was fetched, that.
  long bytes();

  /// @param reader what read it, and in which version
  record Found(Document document, String reader, long bytes) implements ReadDocument {}

  record Nothing(Unreadable why, long bytes) implements ReadDocument {}
}
