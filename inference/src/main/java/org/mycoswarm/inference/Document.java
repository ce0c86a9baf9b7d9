package org.mycoswarm.inference;

import org.jspecify.annotations.Nullable;

/// The text of one file. Offsets of chunks count in this text, not in the bytes of the file: a byte
/// order mark is gone, and of HTML this is what a reader sees, with headings as `#` lines, list
/// items as `-` lines and preformatted text between fences.
///
/// @param mediaType `text/plain`, `text/markdown`, `text/html`, or a type whose lines mean
///     something
///     (`text/csv`, `application/json`, `application/xml`, `text/x-source`)
/// @param note what the report should say of how it was read, if there is anything to say
public record Document(String text, String mediaType, @Nullable String note) implements Reading {}
