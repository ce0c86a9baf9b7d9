package org.mycoswarm.schema.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What was read of one document, as a blob of JSON, so that it can be cut anew without being read
/// anew.
///
/// @param reader what read it, and in which version
/// @param mediaType of the text, which says how it is cut
/// @param title as the document gives it
/// @param note how it was read, when that was not plain
/// @param text in which the offsets of chunks count, in Unicode code points
/// @param pages where each begins, in their order; absent where there are none
public record DocumentText(
    String reader,
    String mediaType,
    @Nullable String title,
    @Nullable String note,
    String text,
    @Nullable List<PageStart> pages) {

  /// @param page counted from 1
  /// @param start first character, in Unicode code points
  public record PageStart(int page, int start) {}
}
