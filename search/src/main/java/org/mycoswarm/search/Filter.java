package org.mycoswarm.search;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which documents a search looks at.
///
/// @param pathGlob of the whole path: `*` is anything within a folder, `**` anything, `?` one
///     character, `{a,b}` one of those; at most 1,000 characters; null for every path
/// @param mediaTypes one of these; empty for every type
/// @param modifiedFrom changed at this moment or later; null for any. Moments count to the
///     microsecond
/// @param modifiedTo changed before this moment; null for any
public record Filter(
    @Nullable String pathGlob,
    List<String> mediaTypes,
    @Nullable Instant modifiedFrom,
    @Nullable Instant modifiedTo) {

  /// Every document.
  public static final Filter NONE = new Filter(null, List.of(), null, null);

  public Filter {
    mediaTypes = List.copyOf(mediaTypes);
    if (pathGlob != null) {
      Glob.regex(pathGlob);
    }
  }

  boolean isNone() {
    return pathGlob == null && mediaTypes.isEmpty() && modifiedFrom == null && modifiedTo == null;
  }
}
