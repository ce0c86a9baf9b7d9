package org.mycoswarm.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// How much of a long document has to be embedded anew when one of its paragraphs changes. Chunks
/// behind the change move until a boundary falls where one was before: at a heading at the latest,
/// and in plain prose by chance.
class ChunkLocalityTest {
  private static final int PARAGRAPHS = 250;
  private static final int EDITS = 50;
  private static final String[] WORDS =
      ("moss grows where the wood is old and rain comes often but not too hard so that "
              + "people who walk there in autumn find mushrooms under every second tree")
          .split(" ");

  private static Tokenizer tokenizer;

  /// What the document is like.
  enum Kind {
    /// Paragraphs of 2 to 7 sentences.
    PROSE("text/plain", 0, 10),
    /// All paragraphs of five sentences of ten words: boundaries that moved need not meet again.
    EVEN("text/plain", 0, 84),
    /// Prose with a heading above every sixth paragraph.
    HEADINGS("text/markdown", 6, 10);

    private final String mediaType;
    private final int headingEvery;

    /// What 95 of 100 changes cost at most, in chunks.
    private final int most;

    Kind(String mediaType, int headingEvery, int most) {
      this.mediaType = mediaType;
      this.headingEvery = headingEvery;
      this.most = most;
    }
  }

  @BeforeAll
  static void load() {
    tokenizer = Tokenizer.load(Shipped.int8().tokenizer());
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @ParameterizedTest
  @EnumSource
  void half_of_all_changes_of_a_paragraph_cost_three_chunks_at_most(Kind kind) {
    Random random = new Random(7);
    List<String> paragraphs = new ArrayList<>();
    for (int i = 0; i < PARAGRAPHS; i++) {
      paragraphs.add(paragraph(kind, random, i));
    }
    Set<String> before = chunks(kind, paragraphs);
    int[] anew = new int[EDITS];
    for (int edit = 0; edit < EDITS; edit++) {
      Set<String> after = chunks(kind, edited(kind, paragraphs, random, edit));
      after.removeAll(before);
      anew[edit] = after.size();
    }
    Arrays.sort(anew);
    assertThat(before).hasSizeGreaterThan(80);
    assertThat(anew[EDITS / 2]).as("median of %s", Arrays.toString(anew)).isLessThanOrEqualTo(3);
    assertThat(anew[EDITS * 95 / 100]).as("95 of 100").isLessThanOrEqualTo(kind.most);
  }

  private static List<String> edited(Kind kind, List<String> paragraphs, Random random, int edit) {
    List<String> edited = new ArrayList<>(paragraphs);
    int at = random.nextInt(PARAGRAPHS);
    switch (edit % 5) {
      case 0 -> edited.set(at, edited.get(at).replaceFirst("\\.", " " + edit + "."));
      case 1 -> edited.set(at, edited.get(at) + " " + sentence(random, 12));
      case 2 -> edited.set(at, edited.get(at).replaceFirst("[A-Z][^.]*\\. ?", ""));
      case 3 -> edited.add(at, paragraph(kind, random, 1));
      default -> edited.remove(at);
    }
    return edited;
  }

  private static Set<String> chunks(Kind kind, List<String> paragraphs) {
    Document document = new Document(String.join("\n\n", paragraphs), kind.mediaType, null);
    Chunker chunker = new Chunker(tokenizer, Chunker.TOKENS_DEFAULT, Chunker.OVERLAP_DEFAULT);
    Set<String> texts = new HashSet<>();
    chunker.chunk(document).forEach(chunk -> texts.add(chunk.embedded()));
    return texts;
  }

  private static String paragraph(Kind kind, Random random, int number) {
    int sentences = kind == Kind.EVEN ? 5 : random.nextInt(2, 8);
    List<String> all = new ArrayList<>();
    for (int i = 0; i < sentences; i++) {
      all.add(sentence(random, kind == Kind.EVEN ? 10 : random.nextInt(5, 25)));
    }
    String heading =
        kind.headingEvery > 0 && number % kind.headingEvery == 0
            ? "## Part " + number + "\n\n"
            : "";
    return heading + String.join(" ", all);
  }

  private static String sentence(Random random, int words) {
    StringBuilder sentence = new StringBuilder("Now ");
    for (int i = 1; i < words; i++) {
      sentence.append(WORDS[random.nextInt(WORDS.length)]).append(i == words - 1 ? "." : " ");
    }
    return sentence.toString();
  }
}
