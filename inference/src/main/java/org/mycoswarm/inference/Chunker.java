package org.mycoswarm.inference;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Cuts a document into chunks that fit into the embedding model.
///
/// What it promises, for any text:
/// - no chunk has more than `tokensMax` tokens, as the model itself counts what it embeds: special
///   ones, the model's prefix and the headings above the chunk included;
/// - every character that is not white space is in a chunk, and a chunk's text is exactly the slice
///   that its offsets say;
/// - the same document and settings give the same chunks;
/// - it ends in time linear in the length of the text, whatever its lines look like.
///
/// It fills a chunk with whole sentences, likes to end one where a paragraph ends, keeps a heading
/// with what follows, and repeats the last sentences of a chunk at the start of the next if they
/// are short enough. The headings above a chunk, which its own text does not show, are embedded
/// with it; they take a quarter of it at most, and a longer path loses its front. Immutable; any
/// thread.
public final class Chunker {
  /// Changes whenever the same document would be cut differently.
  public static final String VERSION = "2";

  public static final int TOKENS_DEFAULT = 200;
  public static final int OVERLAP_DEFAULT = 20;

  /// Below that a chunk could not hold even one odd character of some tokenizers.
  private static final int TOKENS_LEAST = 16;

  /// The part of a chunk that the headings above it may take.
  private static final int CONTEXT_SHARE = 4;

  private final Tokenizer tokenizer;
  private final String prefix;
  private final int tokensMax;
  private final int overlapTokens;

  /// @param tokensMax the most tokens of a chunk, special ones included; at least 16, at most what
  ///     the
  ///     model takes
  /// @param overlapTokens the most tokens repeated from the chunk before; 0 for none, at most half
  ///     of
  ///     `tokensMax`
  public Chunker(Tokenizer tokenizer, int tokensMax, int overlapTokens) {
    this(tokenizer, "", tokensMax, overlapTokens);
  }

  /// @param prefix what the model wants before a passage; it counts
  public Chunker(Tokenizer tokenizer, String prefix, int tokensMax, int overlapTokens) {
    if (tokensMax < TOKENS_LEAST) {
      throw new IllegalArgumentException(
          "Expected chunks of at least %d tokens, but %d were asked for"
              .formatted(TOKENS_LEAST, tokensMax));
    }
    if (overlapTokens < 0 || overlapTokens > tokensMax / 2) {
      throw new IllegalArgumentException(
          "Expected an overlap of 0 to %d tokens, half of a chunk, but %d were asked for"
              .formatted(tokensMax / 2, overlapTokens));
    }
    this.tokenizer = tokenizer;
    this.prefix = prefix;
    this.tokensMax = tokensMax;
    this.overlapTokens = overlapTokens;
  }

  public List<Chunk> chunk(Document document) {
    String text = document.text();
    int budget = tokensMax - tokenizer.count(prefix);
    Contexts contexts = new Contexts(tokenizer, budget / CONTEXT_SHARE);
    Ruler ruler = new Ruler(text, tokenizer, prefix, contexts, tokensMax, budget);
    List<Piece> pieces = ruler.measure(Structure.of(document));
    Packing packing = new Packing(pieces, ruler, tokensMax, overlapTokens);
    List<Chunk> chunks = new ArrayList<>();
    int unit = 0;
    int codePoint = 0;
    while (packing.next()) {
      codePoint += text.codePointCount(unit, packing.start());
      unit = packing.start();
      String slice = text.substring(unit, packing.end());
      chunks.add(
          new Chunk(
              chunks.size(),
              codePoint,
              codePoint + slice.codePointCount(0, slice.length()),
              slice,
              packing.tokens(),
              document.pageAt(codePoint),
              orNull(contexts.of(packing.body().section())),
              orNull(contexts.above(packing.first()))));
    }
    return chunks;
  }

  private static @Nullable String orNull(Contexts.Context context) {
    return context.none() ? null : context.text();
  }
}
