package org.mycoswarm.search;

/// How much is in an index.
///
/// @param bytes on the disk
public record Stats(long documents, long chunks, long bytes) {}
