package org.mycoswarm.reader;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/// Whether a PDF is there to its end. The parser mends what it can and gives a part of a torn file
/// without a word, which would be silently less.
final class PdfEnd {
  /// Some programs write something behind the mark.
  private static final int TAIL = 1 << 16;

  private PdfEnd() {}

  static boolean missing(Path file) throws IOException {
    try (RandomAccessFile pdf = new RandomAccessFile(file.toFile(), "r")) {
      byte[] tail = new byte[(int) Math.min(TAIL, pdf.length())];
      pdf.seek(pdf.length() - tail.length);
      pdf.readFully(tail);
      return !new String(tail, ISO_8859_1).contains("%%EOF");
    }
  }
}
