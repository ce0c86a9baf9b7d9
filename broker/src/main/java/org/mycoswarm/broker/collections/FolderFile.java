package org.mycoswarm.broker.collections;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A file of a folder, as a run found it.
///
/// @param path relative to the folder, with `/` between names
/// @param key what the file system calls the file, so that a new file with an old name is noticed
/// @param modified null when its folder was uploaded
record FolderFile(
    String path, String sha256, long bytes, @Nullable Instant modified, @Nullable String key) {}
