package org.mycoswarm.schema.wire;

import java.util.List;

/// Answer to `POST /api/v1/uploads`: the archive was unpacked into blobs.
///
/// @param manifest SHA-256 of the blob that lists the files ([Manifest]): what [EmbedFolder] asks
///     for
/// @param files how many were stored
/// @param bytes their sum
/// @param skipped entries that were not taken, with the reason
public record UploadView(
    String manifest, int files, long bytes, List<Manifest.SkippedFile> skipped) {}
