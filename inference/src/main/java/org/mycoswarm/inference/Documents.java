package org.mycoswarm.inference;

import java.util.List;
import java.util.Optional;

/// Reads one file into one text. Content never makes it throw: what cannot be read is an
/// [Unreadable] with a reason. Any thread.
public final class Documents {
  /// What the report calls this way of reading; another number when the same bytes would give
  /// another text.
  public static final String VERSION = "text/1";

  /// The largest file that is read: 64 MiB.
  public static final int BYTES_MAX = 64 << 20;

  /// What is larger is better read where memory is bounded.
  private static final int HERE_MAX = 8 << 20;

  private Documents() {}

  /// What it takes to read a file.
  public enum Kind {
    /// [#read] reads it, or says why not.
    TEXT,
    /// It takes a parser that no node trusts with its own memory.
    PARSED,
    /// It is packed; what it holds is read.
    GZIP
  }

  /// @param path its name, as the person who submitted it knows it; it is not opened
  public static Kind kind(String path, byte[] bytes) {
    if (ParsedKind.gzip(bytes)) {
      return Kind.GZIP;
    }
    return ParsedKind.is(path, bytes) ? Kind.PARSED : Kind.TEXT;
  }

  /// Whether this process may read a file, in memory that it shares with everything else.
  public static boolean readableHere(String path, byte[] bytes) {
    return bytes.length <= HERE_MAX && kind(path, bytes) == Kind.TEXT;
  }

  /// Reads a file by its bytes; the name helps where the bytes alone do not tell.
  ///
  /// @param path its name, as the person who submitted it knows it; it is not opened
  public static Reading read(String path, byte[] bytes) {
    if (bytes.length > BYTES_MAX) {
      return tooLarge(bytes.length);
    }
    if (bytes.length == 0) {
      return empty("it has 0 bytes");
    }
    if (kind(path, bytes) != Kind.TEXT) {
      return unsupported("one that takes a parser");
    }
    Optional<String> binary = BinaryKind.of(bytes);
    if (binary.isPresent()) {
      return unsupported(binary.get());
    }
    return switch (TextDecoder.decode(bytes)) {
      case TextDecoder.NoText(String found) -> unsupported(found);
      case TextDecoder.Text text -> document(path, text);
    };
  }

  /// The answer for a file of that many bytes, for those who know its size before they have it.
  public static Unreadable tooLarge(long bytes) {
    return Unreadable.tooLarge(
        "Expected at most %,d bytes, but it has %,d; split it to have it read"
            .formatted(BYTES_MAX, bytes));
  }

  private static Reading document(String path, TextDecoder.Text decoded) {
    String mediaType = MediaTypes.of(path, decoded.text());
    boolean html = mediaType.equals(MediaTypes.HTML);
    String text = html ? HtmlText.of(decoded.text()) : decoded.text();
    if (Blank.all(text)) {
      return empty(html ? "the page shows none" : "it holds only white space");
    }
    String title = html || mediaType.equals(MediaTypes.MARKDOWN) ? Title.of(text) : null;
    return new Document(text, mediaType, decoded.note(), title, List.of());
  }

  private static Unreadable empty(String found) {
    return Unreadable.empty("Expected some text, but " + found);
  }

  private static Unreadable unsupported(String found) {
    return Unreadable.unsupported("Expected a document, but found " + found);
  }
}
