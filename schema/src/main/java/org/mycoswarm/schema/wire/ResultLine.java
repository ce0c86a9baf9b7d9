package org.mycoswarm.schema.wire;

import org.jspecify.annotations.Nullable;

/// One line of a job's results: one chunk and its vector.
///
/// @param document path in the folder
/// @param sha256 of the document's bytes
/// @param ordinal of the chunk in its document, counted from 0
/// @param start first character in the document's text, in Unicode code points; for HTML the text
///     is what a reader sees
/// @param end one past the last character
/// @param page on which it starts, in a document that has pages
/// @param heading under which it stands, outermost first, such as `Guide > Install`
/// @param model digest of the model
/// @param vector of length 1
@SuppressWarnings("ArrayRecordComponent") // written and read, never compared
public record ResultLine(
    String document,
    String sha256,
    int ordinal,
    int start,
    int end,
    String text,
    @Nullable Integer page,
    @Nullable String heading,
    String model,
    float[] vector) {}
