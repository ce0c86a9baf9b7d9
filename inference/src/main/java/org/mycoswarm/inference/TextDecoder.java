package org.mycoswarm.inference;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Turns bytes into text: by byte order mark, else as UTF-8, else by the best guess, which it
/// names.
final class TextDecoder {
  private static final char REPLACEMENT = '\uFFFD';
  private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

  sealed interface Decoded permits Text, NoText {}

  /// @param note how it was read, where that was not plain UTF-8
  record Text(String text, @Nullable String note) implements Decoded {}

  /// @param found what it is instead
  record NoText(String found) implements Decoded {}

  /// The longer mark first: that of UTF-16LE begins that of UTF-32LE.
  private record Mark(List<Integer> bytes, Charset charset) {
    boolean begins(byte[] text) {
      return text.length >= bytes.size()
          && IntStream.range(0, bytes.size()).allMatch(i -> (text[i] & 0xff) == bytes.get(i));
    }
  }

  private static final List<Mark> MARKS =
      List.of(
          new Mark(List.of(0xff, 0xfe, 0, 0), Charset.forName("UTF-32LE")),
          new Mark(List.of(0, 0, 0xfe, 0xff), Charset.forName("UTF-32BE")),
          new Mark(List.of(0xef, 0xbb, 0xbf), UTF_8),
          new Mark(List.of(0xff, 0xfe), UTF_16LE),
          new Mark(List.of(0xfe, 0xff), UTF_16BE));

  private TextDecoder() {}

  static Decoded decode(byte[] bytes) {
    for (Mark mark : MARKS) {
      if (mark.begins(bytes)) {
        return marked(bytes, mark);
      }
    }
    if (!looksLikeText(bytes)) {
      return new NoText("binary data (%s)".formatted(whyNotText(bytes)));
    }
    try {
      return new Text(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString(), null);
    } catch (CharacterCodingException e) {
      return guess(bytes);
    }
  }

  private static Decoded marked(byte[] bytes, Mark mark) {
    int skip = mark.bytes().size();
    String text = new String(bytes, skip, bytes.length - skip, mark.charset());
    if (text.indexOf('\0') >= 0) {
      return new NoText("binary data (NUL characters)");
    }
    long wrong = text.chars().filter(c -> c == REPLACEMENT).count();
    String note =
        wrong == 0
            ? null
            : "not valid %s in %,d places; read with the sign U+FFFD there"
                .formatted(mark.charset(), wrong);
    return new Text(text, note);
  }

  /// A file that is UTF-8 but for a few places stays so; otherwise a letter a byte is the better
  /// guess.
  private static Text guess(byte[] bytes) {
    String utf8 = new String(bytes, UTF_8);
    long wrong = utf8.chars().filter(c -> c == REPLACEMENT).count();
    long right = utf8.chars().filter(c -> c > 127 && c != REPLACEMENT).count();
    if (right > wrong) {
      return new Text(
          utf8, "not valid UTF-8 in %,d places; read with the sign U+FFFD there".formatted(wrong));
    }
    String text = new String(bytes, WINDOWS_1252);
    Charset charset = text.indexOf(REPLACEMENT) < 0 ? WINDOWS_1252 : ISO_8859_1;
    return new Text(
        new String(bytes, charset),
        "not valid UTF-8; read as " + charset.name().toLowerCase(Locale.ROOT));
  }

  /// No NUL bytes and hardly any control characters.
  static boolean looksLikeText(byte[] bytes) {
    return controls(bytes) * 50L <= bytes.length;
  }

  private static String whyNotText(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        return "a NUL byte at offset %,d".formatted(i);
      }
    }
    return "%,d control characters in %,d bytes".formatted(controls(bytes), bytes.length);
  }

  /// One NUL byte counts as if all were: text never has one.
  private static long controls(byte[] bytes) {
    long controls = 0;
    for (byte b : bytes) {
      if (b == 0) {
        return bytes.length;
      }
      if (b > 0 && b < ' ' && (b < '\t' || b > '\r') && b != 0x1b) {
        controls++;
      }
    }
    return controls;
  }
}
