package org.mycoswarm.queue.log.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// A disk that refuses one of its calls, once: the n-th of a kind. It then stays refusing until
/// another disk is put in its place, as a full or a dying one does.
final class RefusingDisk extends Disk {
  /// The kinds of calls it can refuse.
  enum Call {
    WRITE,
    FORCE,
    THROUGH_MAPPING
  }

  private final Call refused;
  private final boolean isLasting;
  private int left;
  private boolean hasRefused;

  /// @param nth the call of this kind to refuse, 1 for the first
  /// @param isLasting whether it refuses every call of this kind after it, too
  RefusingDisk(Call refused, int nth, boolean isLasting) {
    this.refused = refused;
    this.left = nth;
    this.isLasting = isLasting;
  }

  boolean hasRefused() {
    return hasRefused;
  }

  @Override
  void write(FileChannel file, ByteBuffer bytes, long at) throws IOException {
    if (isRefused(Call.WRITE)) {
      ByteBuffer half = bytes.slice(bytes.position(), bytes.remaining() / 2);
      super.write(file, half, at);
      throw new IOException("No space left on device");
    }
    super.write(file, bytes, at);
  }

  @Override
  void force(FileChannel file, boolean withSize) throws IOException {
    if (isRefused(Call.FORCE)) {
      throw new IOException("Input/output error");
    }
    super.force(file, withSize);
  }

  @Override
  void throughMapping() {
    if (isRefused(Call.THROUGH_MAPPING)) {
      throw new InternalError("a fault occurred in an unsafe memory access operation");
    }
  }

  private boolean isRefused(Call call) {
    boolean isNow = call == refused && (--left == 0 || (isLasting && left < 0));
    hasRefused |= isNow;
    return isNow;
  }
}
