package org.mycoswarm.broker.api;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One range of a file's bytes, as RFC 9110 lets a client ask for it.
///
/// @param last the last byte that belongs to it
record ByteRange(long first, long last) {
  private static final Pattern ONE = Pattern.compile("bytes=(\\d{1,18})-(\\d{0,18})");
  private static final int CHUNK_BYTES = 1 << 16;

  /// Whether the header asks for one range from a byte on. Other forms need not be understood: the
  /// answer is the whole then.
  static boolean isOne(String header) {
    return ONE.matcher(header).matches();
  }

  /// @param header one that [#isOne]
  /// @return empty when there is nothing in the range
  static Optional<ByteRange> of(String header, long size) {
    Matcher range = ONE.matcher(header);
    if (!range.matches()) {
      throw new IllegalArgumentException("Expected one range, but it is '%s'".formatted(header));
    }
    long first = Long.parseLong(range.group(1));
    String end = range.group(2);
    long last = end.isEmpty() ? size - 1 : Math.min(Long.parseLong(end), size - 1);
    return first > last ? Optional.empty() : Optional.of(new ByteRange(first, last));
  }

  long length() {
    return last - first + 1;
  }

  String header(long size) {
    return "bytes %d-%d/%d".formatted(first, last, size);
  }

  void copy(Path file, OutputStream out) throws IOException {
    byte[] chunk = new byte[CHUNK_BYTES];
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      for (long at = first; at <= last; ) {
        ByteBuffer some = ByteBuffer.wrap(chunk, 0, (int) Math.min(CHUNK_BYTES, last - at + 1));
        int read = channel.read(some, at);
        if (read < 0) {
          throw new EOFException("The file ended before its range did");
        }
        out.write(chunk, 0, read);
        at += read;
      }
    }
  }
}
