package org.mycoswarm.schema.wire;

/// One line of the blob a `chunk` task makes; see [ResultLine] for the fields.
public record ChunkLine(int ordinal, int start, int end, int tokens, String text) {}
