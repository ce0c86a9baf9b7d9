package org.mycoswarm.node.work;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.inference.shard.Sampler;
import org.mycoswarm.inference.shard.TextStream;
import org.mycoswarm.schema.wire.Sampling;
import org.mycoswarm.schema.wire.StageOpen;

/// The answer of one session, as the last stage makes it: which token is next, what of the text can
/// be shown, whether it ends here. One thread at a time.
///
/// What the answer is so far follows from the tokens that came in, not from what was sampled here:
/// a stage that has taken over goes on as the one before would have.
final class Answering {
  /// What comes of one step.
  ///
  /// @param text null when this node cannot make text
  record Next(int token, @Nullable String text, @Nullable String finish) {}

  private static final String STOP = "stop";
  private static final String LENGTH = "length";

  private final int promptTokens;
  private final int positionsMax;
  private final int tokensMax;
  private final Sampler sampler;
  private final Set<Integer> ends;
  private final List<String> stops;
  private final @Nullable Function<long[], String> decoder;

  /// The tokens of the answer that [#stream] knows.
  private final List<Long> told = new ArrayList<>();

  private @Nullable TextStream stream;

  private long lastPosition = -1;
  private @Nullable Next last;

  /// @param ends tokens that end a text
  /// @param decoder makes text of tokens, or null
  /// @throws IllegalArgumentException for a setting out of its range
  Answering(StageOpen open, List<Integer> ends, @Nullable Function<long[], String> decoder) {
    Sampling sampling =
        open.sampling() == null
            ? new Sampling(open.tokensMax(), null, null, null, null, null)
            : open.sampling();
    this.promptTokens = open.promptTokens();
    this.positionsMax = open.tokensMax();
    this.tokensMax = sampling.tokensMax();
    this.sampler = sampler(sampling);
    this.ends = Set.copyOf(ends);
    this.stops = Objects.requireNonNullElse(sampling.stop(), List.of());
    this.decoder = decoder;
    this.stream = fresh();
  }

  private static Sampler sampler(Sampling sampling) {
    return new Sampler(
        Objects.requireNonNullElse(sampling.temperature(), 1.0),
        Objects.requireNonNullElse(sampling.topK(), 0),
        Objects.requireNonNullElse(sampling.topP(), 1.0),
        Objects.requireNonNullElse(sampling.seed(), 0L));
  }

  private @Nullable TextStream fresh() {
    return decoder == null ? null : new TextStream(decoder, stops);
  }

  /// Takes note of the tokens of a step, of which those after the prompt are the answer.
  void read(long position, long[] ids) {
    for (int i = 0; i < ids.length; i++) {
      long index = position + i - promptTokens;
      if (index >= 0) {
        know((int) index, ids[i]);
      }
    }
  }

  /// Whether the next token is one of the answer.
  boolean isDue(long end) {
    return end >= promptTokens;
  }

  /// The token after `position` others. Asked again for the same, it answers the same.
  ///
  /// @param scores one for each token of the vocabulary
  Next next(long position, float[] scores) {
    if (position == lastPosition && last != null) {
      return last;
    }
    int token = sampler.next(scores, position);
    String text = know((int) (position - promptTokens), token);
    String finish = finish(token, position);
    if (finish != null && stream != null) {
      text += stream.rest();
    }
    lastPosition = position;
    last = new Next(token, stream == null ? null : text, finish);
    return last;
  }

  private @Nullable String finish(int token, long position) {
    if (ends.contains(token) || (stream != null && stream.stopped())) {
      return STOP;
    }
    boolean full = position - promptTokens + 1 >= tokensMax || position + 1 >= positionsMax;
    return full ? LENGTH : null;
  }

  /// @return the text that is known by now and was not before
  private String know(int index, long token) {
    if (index < told.size()) {
      if (told.get(index) == token) {
        return "";
      }
      // Another machine's numbers are not to the last bit ours; what it chose holds.
      forgetFrom(index);
    }
    told.add(token);
    return stream == null || ends.contains((int) token) ? "" : stream.accept(token);
  }

  private void forgetFrom(int index) {
    told.subList(index, told.size()).clear();
    stream = fresh();
    if (stream != null) {
      told.forEach(stream::accept);
    }
    last = null;
  }
}
