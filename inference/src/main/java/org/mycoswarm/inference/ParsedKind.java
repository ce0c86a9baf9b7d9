package org.mycoswarm.inference;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.Set;

/// Tells by its first bytes a file that a parser has to read, whatever its name says.
final class ParsedKind {
  private static final List<String> BEGINNINGS =
      List.of("%PDF-", "{\\rtf", "\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1");

  private static final String ZIP = "PK\u0003\u0004";

  /// The first file in a document that is a ZIP archive.
  private static final List<String> FIRST_FILES =
      List.of("[Content_Types].xml", "_rels/", "docProps/", "word/", "xl/", "ppt/", "mimetype");

  private static final Set<String> ZIPPED =
      Set.of(
          "docx", "docm", "dotx", "xlsx", "xlsm", "pptx", "pptm", "ppsx", "odt", "ods", "odp",
          "odg", "epub");

  /// Letters are text too: only their names tell.
  private static final Set<String> NAMED = Set.of("eml");

  private ParsedKind() {}

  static boolean is(String path, byte[] bytes) {
    String head = new String(bytes, 0, Math.min(bytes.length, 512), ISO_8859_1);
    String extension = MediaTypes.extension(path);
    if (head.startsWith(ZIP)) {
      return ZIPPED.contains(extension)
          || FIRST_FILES.stream().anyMatch(file -> head.startsWith(file, 30));
    }
    return NAMED.contains(extension) || BEGINNINGS.stream().anyMatch(head::startsWith);
  }

  static boolean gzip(byte[] bytes) {
    return bytes.length > 1 && bytes[0] == 0x1f && (bytes[1] & 0xff) == 0x8b;
  }
}
