package org.mycoswarm.queue.log;

import java.util.Iterator;
import java.util.List;
import org.mycoswarm.queue.domain.StateImage;

/// Turns the pieces of a state into blocks of bytes and back. Thread-safe.
public interface StateImageCodec {
  /// Raised when a block of today could be misread by a program of yesterday.
  int version();

  /// Takes pieces until they make a block of a few hundred KiB, or none are left.
  byte[] encodeSome(Iterator<StateImage> pieces);

  /// @throws LogDamaged when the block cannot be understood
  List<StateImage> decode(byte[] block);
}
