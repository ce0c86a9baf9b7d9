package org.mycoswarm.broker.embedding;

import java.util.List;
import org.mycoswarm.schema.wire.EmbedPayload;

/// What is to become vectors, one for each input.
public sealed interface EmbedInputs {
  /// How many there are.
  int size();

  /// Those from one number to before another, counted from 0.
  EmbedInputs slice(int from, int to);

  /// As a task carries them.
  ///
  /// @param model digest
  EmbedPayload payload(String model);

  /// @param role what they are to the model: one of those of [EmbedPayload]
  record Texts(String role, List<String> texts) implements EmbedInputs {
    public Texts {
      texts = List.copyOf(texts);
    }

    @Override
    public int size() {
      return texts.size();
    }

    @Override
    public EmbedInputs slice(int from, int to) {
      return new Texts(role, texts.subList(from, to));
    }

    @Override
    public EmbedPayload payload(String model) {
      return EmbedPayload.ofTexts(model, role, texts).inParts();
    }
  }

  /// Texts by the numbers that the model's own tokenizer gives their tokens.
  record Tokens(List<List<Integer>> ids) implements EmbedInputs {
    public Tokens {
      ids = List.copyOf(ids);
    }

    @Override
    public int size() {
      return ids.size();
    }

    @Override
    public EmbedInputs slice(int from, int to) {
      return new Tokens(ids.subList(from, to));
    }

    @Override
    public EmbedPayload payload(String model) {
      return EmbedPayload.ofTokens(model, ids).inParts();
    }
  }
}
