package org.mycoswarm.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Measures against numbers worked out by hand, and the files of a test collection.
class EvaluationTest {
  @TempDir private Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("file.txt"), text);
  }

  @Test
  void measures_are_means_over_the_judged_topics() {
    List<Topic> topics = List.of(new Topic("1", "a"), new Topic("2", "b"), new Topic("3", "c"));
    Judgements judgements =
        new Judgements(Map.of("1", Set.of("x", "y"), "2", Set.of("never found")));

    Evaluation evaluation = Evaluation.of(topics, judgements, topic -> List.of("n", "x", "m", "y"));

    assertThat(evaluation.topics()).isEqualTo(2);
    // Second and fourth place, of an ideal first and second: (1/log2(3) + 1/log2(5)) / (1 +
    // 1/log2(3)).
    assertThat(evaluation.ndcg10()).isCloseTo(0.65092 / 2, within(1e-5));
    assertThat(evaluation.recall100()).isEqualTo(0.5);
    assertThat(evaluation.mrr()).isEqualTo(0.25);
    assertThat(evaluation.map()).isEqualTo(0.25);
  }

  @Test
  void only_ten_count_for_ndcg_and_a_hundred_for_recall() {
    List<String> found = java.util.stream.IntStream.range(0, 101).mapToObj(i -> "d" + i).toList();
    Judgements judgements = new Judgements(Map.of("1", Set.of("d10", "d100")));

    Evaluation evaluation = Evaluation.of(List.of(new Topic("1", "a")), judgements, topic -> found);

    assertThat(evaluation.ndcg10()).isZero();
    assertThat(evaluation.recall100()).isEqualTo(0.5);
    assertThat(evaluation.mrr()).isCloseTo(1 / 11.0, within(1e-12));
  }

  @Test
  void topics_without_any_judgement_are_not_measured_in_silence() {
    assertThatThrownBy(
            () ->
                Evaluation.of(
                    List.of(new Topic("1", "a")), new Judgements(Map.of()), topic -> List.of()))
        .hasMessage(
            "Expected judgements for some of the 1 topics, but there are none; check that both name their topics alike");
  }

  @Test
  void topics_are_read_in_both_of_trecs_shapes() throws Exception {
    assertThat(
            Topic.read(
                file(
                    "<DOC>\n<DOCNO> 7 </DOCNO>\n\n What is\nmoss?\n </DOC>\n<DOC><DOCNO>8</DOCNO>b</DOC>")))
        .containsExactly(new Topic("7", "What is moss?"), new Topic("8", "b"));
    assertThat(
            Topic.read(
                file(
                    "<top>\n<num> Number: 301\n<title> Moss growth\n\n<desc> Description:\nHow?\n</top>")))
        .containsExactly(new Topic("301", "Moss growth"));
    Path none = file("moss");
    assertThatThrownBy(() -> Topic.read(none))
        .hasMessage(
            "Expected TREC topics in '%s' (<top><num>.. or <DOC><DOCNO>..), but there is none; nothing was measured"
                .formatted(none));
  }

  @Test
  void judgements_are_read_and_a_wrong_line_is_told() throws Exception {
    assertThat(Judgements.read(file("1 Q0 a 1\n1 0 b 2\n\n2 Q0 c 0\n3 Q0 d -1\n")).relevant())
        .isEqualTo(Map.of("1", Set.of("a", "b")));
    Path wrong = file("1 Q0 a 1\n1 a 1\n");
    assertThatThrownBy(() -> Judgements.read(wrong))
        .hasMessage(
            "Expected 'topic iteration document relevance' in line 2 of '%s', but it has 3 parts: '1 a 1'; nothing was measured"
                .formatted(wrong));
  }
}
