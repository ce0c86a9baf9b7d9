package org.mycoswarm.inference;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.Optional;

/// Names a file that is not text by its first bytes.
final class BinaryKind {
  /// The first bytes, as ISO 8859-1, and what they mean.
  private record Magic(int offset, String bytes, String kind) {}

  private static final List<Magic> MAGICS =
      List.of(
          new Magic(0, "%!PS", "a PostScript document; PostScript is not read"),
          new Magic(0, "\u0089PNG\r\n", "a PNG image"),
          new Magic(0, "\u00ff\u00d8\u00ff", "a JPEG image"),
          new Magic(0, "GIF8", "a GIF image"),
          new Magic(0, "II*\0", "a TIFF image"),
          new Magic(0, "MM\0*", "a TIFF image"),
          new Magic(0, "\0\0\u0001\0", "an icon"),
          new Magic(8, "WEBP", "a WebP image"),
          new Magic(0, "RIFF", "a sound or video file"),
          new Magic(0, "OggS", "a sound or video file"),
          new Magic(0, "ID3", "a sound file"),
          new Magic(4, "ftyp", "a video file"),
          new Magic(0, "\u001aE\u00df\u00a3", "a video file"),
          new Magic(0, "BZh", "a bzip2 archive; unpack it first"),
          new Magic(0, "\u00fd7zXZ", "an xz archive; unpack it first"),
          new Magic(0, "(\u00b5/\u00fd", "a zstd archive; unpack it first"),
          new Magic(0, "7z\u00bc\u00af", "a 7z archive; unpack it first"),
          new Magic(0, "Rar!", "a RAR archive; unpack it first"),
          new Magic(257, "ustar", "a tar archive; unpack it first"),
          new Magic(0, "\u007fELF", "a program"),
          new Magic(0, "\u00ca\u00fe\u00ba\u00be", "a program"),
          new Magic(0, "SQLite format 3\0", "an SQLite database"),
          new Magic(0, "wOF", "a font"));

  private BinaryKind() {}

  static Optional<String> of(byte[] bytes) {
    String head = new String(bytes, 0, Math.min(bytes.length, 512), ISO_8859_1);
    if (head.startsWith("PK\u0003\u0004") || head.startsWith("PK\u0005\u0006")) {
      return Optional.of("a ZIP archive; unpack it first");
    }
    return MAGICS.stream()
        .filter(magic -> head.startsWith(magic.bytes(), magic.offset()))
        .filter(magic -> !plainWord(magic, bytes))
        .map(Magic::kind)
        .findFirst();
  }

  /// Four letters alone do not make a file binary: "RIFF", "ftyp" or "GIF8" may begin a sentence.
  private static boolean plainWord(Magic magic, byte[] bytes) {
    boolean letters = magic.bytes().chars().allMatch(c -> c >= ' ' && c < 127);
    boolean document = magic.bytes().startsWith("%");
    return letters && !document && TextDecoder.looksLikeText(bytes);
  }
}
