package org.mycoswarm.reader;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/// One file that was packed with gzip.
final class Gzip {
  private Gzip() {}

  /// @return at most one byte more than `most`, which says that there is more
  static byte[] unpack(byte[] packed, int most) throws IOException {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return in.readNBytes(most + 1);
    }
  }

  static String nameWithout(String name) {
    boolean ending = name.toLowerCase(Locale.ROOT).endsWith(".gz");
    return ending ? name.substring(0, name.length() - 3) : name;
  }
}
