package org.mycoswarm.schema.wire;

/// A blob that is stored, on disk.
public record BlobView(String sha256, long size) {}
