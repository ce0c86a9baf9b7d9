package org.mycoswarm.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The promises of the chunker, on documents that people write and on texts that nobody would.
class ChunkerTest {
  private static final Path GOLDEN = Path.of("src/test/resources/chunks");

  private static Tokenizer tokenizer;

  @BeforeAll
  static void load() {
    tokenizer = Tokenizer.load(Shipped.int8().tokenizer());
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  /// To write the golden files anew after a change that is meant: `-Dgolden.write=true`, then read
  /// the difference and raise [Chunker#VERSION].
  @ParameterizedTest
  @ValueSource(strings = {"guide.md", "story.txt", "page.html", "Code.java", "rows.csv"})
  void these_documents_are_cut_as_their_golden_files_say(String file) throws IOException {
    Document document = (Document) Documents.read(file, Files.readAllBytes(GOLDEN.resolve(file)));

    List<Chunk> chunks = new Chunker(tokenizer, 64, 12).chunk(document);

    Path golden = GOLDEN.resolve(file + ".chunks");
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(golden, print(chunks));
    }
    assertThat(print(chunks)).isEqualTo(Files.readString(golden));
    assertPromises(document, chunks, 64);
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 60);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void any_text_is_covered_within_the_limit_and_told_exactly(long seed) {
    Random random = new Random(seed);
    int tokensMax = random.nextInt(16, 120);
    Chunker chunker = new Chunker(tokenizer, tokensMax, random.nextInt(0, tokensMax / 2));
    Document document = OddTexts.document(random);

    List<Chunk> chunks = chunker.chunk(document);

    assertPromises(document, chunks, tokensMax);
    assertThat(chunker.chunk(document)).isEqualTo(chunks);
  }

  @Test
  void a_chunk_begins_with_the_last_short_sentences_of_the_one_before() {
    Document document =
        new Document(
            "The first sentence is quite long and fills the chunk a bit. It is short. "
                + "The next sentence does not fit into the same chunk any more.",
            "text/plain",
            null);

    List<Chunk> chunks = new Chunker(tokenizer, 26, 8).chunk(document);

    assertThat(chunks).hasSize(2);
    assertThat(chunks.get(0).text()).endsWith("a bit. It is short.");
    assertThat(chunks.get(1).text()).startsWith("It is short. The next");
  }

  @Test
  void a_text_that_fits_is_one_chunk() {
    Document document =
        new Document("\n\n  # Title\n\nHello \ud83c\udf44 world. \n", "text/markdown", null);

    List<Chunk> chunks = new Chunker(tokenizer, 200, 20).chunk(document);

    assertThat(chunks)
        .containsExactly(
            new Chunk(0, 4, 27, "# Title\n\nHello \ud83c\udf44 world.", 8, null, "Title", null));
  }

  @Test
  void a_chunk_is_embedded_under_the_headings_that_its_text_does_not_show() {
    Document document =
        new Document(
            """
            # Guide #
            ## Install
            First sentence of some length here. Second sentence of some length too.

            Usage
            -----
            Third sentence that is about usage alone.
            """,
            "text/markdown",
            null);

    List<Chunk> chunks = new Chunker(tokenizer, 18, 0).chunk(document);

    assertThat(chunks)
        .extracting(Chunk::heading, Chunk::embedded)
        .containsExactly(
            tuple("Guide > Install", "# Guide #\n## Install\nFirst sentence of some length here."),
            tuple("Guide > Install", "Guide > Install\nSecond sentence of some length too."),
            tuple(
                "Guide > Usage", "Guide\nUsage\n-----\nThird sentence that is about usage alone."));
  }

  @Test
  void a_path_of_headings_that_is_too_long_loses_its_front() {
    String text =
        "# %s\n## Second\n### %s\nSome words. %s"
            .formatted("first ".repeat(40), "third ".repeat(5), "More of these words. ".repeat(9));

    List<Chunk> chunks =
        new Chunker(tokenizer, 48, 0).chunk(new Document(text, "text/markdown", null));

    assertThat(chunks.getLast().heading())
        .isEqualTo("\u2026 > Second > third third third third third");
    assertThat(chunks.getLast().embedded()).startsWith("\u2026 > Second > third");
    assertThat(chunks).allSatisfy(chunk -> assertThat(chunk.tokens()).isLessThanOrEqualTo(48));
  }

  @Test
  void a_heading_as_long_as_a_chunk_loses_its_front_too() {
    String text =
        "# " + "endless ".repeat(100) + "\n\nWords.\n\n# " + "x".repeat(5_000) + "\nWords.";

    List<Chunk> chunks =
        new Chunker(tokenizer, 32, 0).chunk(new Document(text, "text/markdown", null));

    assertThat(chunks).allSatisfy(chunk -> assertThat(chunk.tokens()).isLessThanOrEqualTo(32));
    assertThat(chunks.get(1).heading()).startsWith("\u2026").endsWith("endless endless");
  }

  @Test
  void the_prefix_of_a_model_counts() {
    Document document = new Document("Some words of a text. ".repeat(40), "text/plain", null);

    List<Chunk> chunks = new Chunker(tokenizer, "passage: ", 32, 0).chunk(document);

    for (Chunk chunk : chunks) {
      assertThat(chunk.tokens())
          .isEqualTo(tokenizer.count("passage: " + chunk.text()))
          .isLessThanOrEqualTo(32);
    }
  }

  @Test
  void settings_in_front_of_a_text_are_no_heading() {
    Document document = new Document("---\ntitle: A title\n---\nWords.\n", "text/markdown", null);

    assertThat(new Chunker(tokenizer, 64, 0).chunk(document))
        .containsExactly(
            new Chunk(0, 0, 29, "---\ntitle: A title\n---\nWords.", 14, null, null, null));
  }

  @Test
  void a_chunk_tells_the_page_on_which_it_starts() {
    Document document =
        new Document(
            "\ud83c\udf44 Page one is here with words.\nPage two follows it with words.",
            "application/pdf",
            null,
            null,
            List.of(new Document.PageStart(1, 0), new Document.PageStart(2, 31)));

    List<Chunk> chunks = new Chunker(tokenizer, 16, 0).chunk(document);

    assertThat(chunks).extracting(Chunk::page).containsExactly(1, 2);
  }

  @Test
  void offsets_count_code_points() {
    Document document = new Document("\ud83c\udf44\ud83c\udf44 one. Two.", "text/plain", null);

    Chunk chunk = new Chunker(tokenizer, 16, 0).chunk(document).getLast();

    assertThat(chunk.end()).isEqualTo(12);
  }

  @ParameterizedTest
  @CsvSource({"base64", "words", "letters", "cjk", "spaces", "dots", "lines"})
  void twice_the_text_costs_about_twice_the_time_whatever_its_lines_look_like(String kind) {
    Duration one = cpuTimeOf(kind, 100_000);
    Duration two = cpuTimeOf(kind, 200_000);

    assertThat(two).isLessThan(one.multipliedBy(4).plusSeconds(1));
  }

  @Test
  void a_file_of_4_mb_in_one_line_without_white_space_is_cut() {
    assertThat(cpuTimeOf("letters", 4_000_000)).isLessThan(Duration.ofSeconds(24));
  }

  /// The time of this thread alone: a busy machine changes the wall clock.
  private static Duration cpuTimeOf(String kind, int length) {
    Document document = new Document(OddTexts.huge(kind, length), "text/plain", null);
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();

    List<Chunk> chunks = new Chunker(tokenizer, 200, 20).chunk(document);

    Duration took = Duration.ofNanos(threads.getCurrentThreadCpuTime() - start);
    for (Chunk chunk : chunks) {
      assertThat(chunk.tokens()).isLessThanOrEqualTo(200);
      assertThat(chunk.text()).hasSizeLessThanOrEqualTo(3200);
    }
    assertThat(chunks.getLast().end()).isEqualTo(document.text().stripTrailing().length());
    return took;
  }

  @Test
  void settings_that_make_no_sense_are_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Chunker(tokenizer, 15, 0))
        .withMessage("Expected chunks of at least 16 tokens, but 15 were asked for");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Chunker(tokenizer, 100, 51))
        .withMessage(
            "Expected an overlap of 0 to 50 tokens, half of a chunk, but 51 were asked for");
  }

  private static void assertPromises(Document document, List<Chunk> chunks, int tokensMax) {
    int[] text = document.text().codePoints().toArray();
    boolean[] covered = new boolean[text.length];
    for (Chunk chunk : chunks) {
      assertThat(chunk.tokens())
          .isEqualTo(tokenizer.count(chunk.embedded()))
          .isLessThanOrEqualTo(tokensMax);
      assertThat(chunk.text())
          .isEqualTo(new String(text, chunk.start(), chunk.end() - chunk.start()));
      assertThat(chunk).isEqualTo(chunks.get(chunk.ordinal()));
      Arrays.fill(covered, chunk.start(), chunk.end(), true);
    }
    assertThat(IntStream.range(0, text.length).filter(i -> !covered[i] && !blank(text[i])))
        .as("places that are in no chunk")
        .isEmpty();
  }

  private static boolean blank(int codePoint) {
    return Character.charCount(codePoint) == 1 && Blank.is((char) codePoint);
  }

  private static String print(List<Chunk> chunks) {
    StringBuilder out = new StringBuilder();
    for (Chunk chunk : chunks) {
      out.append(
          "=== %d [%d, %d) %d tokens, under %s%n%s%n"
              .formatted(
                  chunk.ordinal(),
                  chunk.start(),
                  chunk.end(),
                  chunk.tokens(),
                  chunk.heading(),
                  chunk.embedded()));
    }
    return out.toString();
  }
}
