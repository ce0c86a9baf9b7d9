package org.mycoswarm.schema.wire;

import java.time.Instant;
import java.util.List;

/// A registered model.
///
/// @param digest `sha256:` and the hash of its files' names and hashes
/// @param kind `encoder` or `decoder`
/// @param weightBytes of all its weights
/// @param cuts in how many places it can be cut
/// @param cacheBytesPerToken what one position of one session takes in all stages together; 0 for
///     an encoder
/// @param contextTokens the longest session or text
public record ModelView(
    String name,
    String digest,
    String kind,
    long weightBytes,
    int cuts,
    long cacheBytesPerToken,
    int contextTokens,
    List<ModelFile> files,
    Instant added) {
  public static final String ENCODER = "encoder";
  public static final String DECODER = "decoder";
}
