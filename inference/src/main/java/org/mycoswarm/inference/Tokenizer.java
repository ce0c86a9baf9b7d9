package org.mycoswarm.inference;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/// The tokenizer of one model: what it counts is what the model will see.
///
/// Any thread may use it, several at a time. After [#close] it must not be used.
public final class Tokenizer implements AutoCloseable {
  static {
    // The library counts its users over the network unless told not to before its classes load.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    // Its natives are for CPUs; where it sees a GPU it would look for others, over the network.
    System.setProperty("RUST_FLAVOR", "cpu");
  }

  private final HuggingFaceTokenizer tokenizer;
  private final int specialTokens;
  private final long[] front;
  private final long[] back;

  private Tokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.specialTokens = tokenizer.encode("").getIds().length;
    Encoding word = tokenizer.encode("a");
    int first = 0;
    while (first < word.getIds().length && word.getSpecialTokenMask()[first] != 0) {
      first++;
    }
    this.front = Arrays.copyOf(word.getIds(), first);
    int rear = Math.max(0, specialTokens - first);
    this.back =
        Arrays.copyOfRange(word.getIds(), word.getIds().length - rear, word.getIds().length);
  }

  /// Loads a `tokenizer.json`. Whatever that file says of truncation and padding is switched off:
  /// silent truncation loses text, and padding makes a vector depend on its batch.
  ///
  /// @throws ModelFailure if there is no usable tokenizer at that path
  public static Tokenizer load(Path tokenizerJson) {
    try {
      return new Tokenizer(
          HuggingFaceTokenizer.builder()
              .optTokenizerPath(tokenizerJson)
              .optAddSpecialTokens(true)
              .optTruncation(false)
              .optPadding(false)
              .build());
    } catch (IOException | RuntimeException e) {
      throw new ModelFailure(
          "Expected a tokenizer in '%s', but it cannot be loaded (%s); the model is not usable"
                  .formatted(tokenizerJson, e.getMessage())
              + " until the file is replaced",
          e);
    }
  }

  /// How many tokens the model sees of this text, special tokens included.
  public int count(String text) {
    return ids(text).length;
  }

  /// The tokens themselves, special tokens included.
  public long[] ids(String text) {
    return encode(text).getIds();
  }

  /// The tokens of a text that brings its special tokens itself, such as that of a chat.
  public long[] idsAlone(String text) {
    return tokenizer.encode(WellFormed.of(text), false, false).getIds();
  }

  /// The text of these tokens; special ones are left out. Bytes that are no whole character become
  /// U+FFFD.
  public String decode(long[] ids) {
    return ids.length == 0 ? "" : tokenizer.decode(ids, true);
  }

  /// Tokens with the special ones around them, as [#ids] gives them; those that are framed already
  /// stay as they are.
  ///
  /// @throws IllegalArgumentException if one of them is negative
  public long[] framed(long[] ids) {
    if (Arrays.stream(ids).anyMatch(id -> id < 0)) {
      throw new IllegalArgumentException("Expected tokens of 0 or more, but one is negative");
    }
    if (isFramed(ids)) {
      return ids;
    }
    long[] framed = Arrays.copyOf(front, specialTokens + ids.length);
    System.arraycopy(ids, 0, framed, front.length, ids.length);
    System.arraycopy(back, 0, framed, front.length + ids.length, back.length);
    return framed;
  }

  private boolean isFramed(long[] ids) {
    return ids.length >= specialTokens
        && Arrays.equals(ids, 0, front.length, front, 0, front.length)
        && Arrays.equals(ids, ids.length - back.length, ids.length, back, 0, back.length);
  }

  /// How many of the tokens of any text are special ones, such as `[CLS]` and `[SEP]`.
  public int specialTokens() {
    return specialTokens;
  }

  /// Where each token starts in the text, in UTF-16 units, in order; special tokens left out.
  int[] starts(String text) {
    Encoding encoding = encode(text);
    int[] codePoints =
        Arrays.stream(encoding.getCharTokenSpans())
            .filter(span -> span != null)
            .mapToInt(CharSpan::getStart)
            .toArray();
    return toUtf16(text, codePoints);
  }

  private Encoding encode(String text) {
    return tokenizer.encode(WellFormed.of(text));
  }

  private static int[] toUtf16(String text, int[] codePoints) {
    int[] units = new int[codePoints.length];
    int unit = 0;
    int codePoint = 0;
    for (int i = 0; i < units.length; i++) {
      unit = text.offsetByCodePoints(unit, codePoints[i] - codePoint);
      codePoint = codePoints[i];
      units[i] = unit;
    }
    return units;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
