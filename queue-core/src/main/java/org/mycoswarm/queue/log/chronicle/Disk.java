package org.mycoswarm.queue.log.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The calls by which the log writes, and which the disk may refuse. A test puts in one that
/// refuses the n-th, for every n. Has no state; any thread.
class Disk {
  static final Disk REAL = new Disk();

  /// Writes all of the bytes.
  void write(FileChannel file, ByteBuffer bytes, long at) throws IOException {
    long offset = at;
    while (bytes.hasRemaining()) {
      offset += file.write(bytes, offset);
    }
  }

  /// Returns once what was written to the file would survive a power cut.
  ///
  /// @param withSize when the file may have become longer
  void force(FileChannel file, boolean withSize) throws IOException {
    file.force(withSize);
  }

  /// Called in the middle of every entry. Chronicle writes through a mapping, which is no call and
  /// fails as an `InternalError`; this is the place where it would.
  void throughMapping() {}

  /// Makes the names in a folder durable, not only the files they stand for; and the name of the
  /// folder itself.
  ///
  /// @param levels how many folders upwards, this one included
  void forceNames(Path folder, int levels) throws IOException {
    Path each = folder.toAbsolutePath();
    for (int i = 0; i < levels && each != null; i++) {
      try (FileChannel directory = FileChannel.open(each, StandardOpenOption.READ)) {
        force(directory, true);
      }
      each = each.getParent();
    }
  }
}
