package org.mycoswarm.inference;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Of a page, what a reader sees; its headings, lists and code in the form that the chunker knows.
class HtmlTextTest {

  @Test
  void a_page_becomes_headings_paragraphs_lists_and_code() {
    String html =
        """
        <html><head><title>Guide</title><style>p { color: red }</style></head><body>
        <h1>The   <em>queue</em></h1>
        <p>A job
           waits.<script>alert(1)</script> Then it <b>runs</b>.</p><p>It ends.</p>
        <ul><li>one<li><p>two</p></ul>
        <table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>
        <pre>int x = 1;
          int y;</pre>
        <div>a<br>b &amp; c &#x1F344;</div></body></html>
        """;

    assertThat(HtmlText.of(html))
        .isEqualTo(
            """
            # The queue

            A job waits. Then it runs.

            It ends.

            - one
            - two

            a b
            1 2

            ```
            int x = 1;
              int y;
            ```

            a
            b & c \ud83c\udf44""");
  }

  @Test
  void a_page_without_a_main_heading_has_its_title_for_one() {
    assertThat(HtmlText.of("<title>Guide</title><p>Hello")).isEqualTo("# Guide\n\nHello");
  }

  @Test
  void half_a_surrogate_pair_does_not_come_through() {
    assertThat(HtmlText.of("<p>a&#xD83C;b")).isEqualTo("a\ufffdb");
  }

  @Test
  void deep_nesting_is_read_to_the_bottom() {
    assertThat(HtmlText.of("<div>".repeat(100_000) + "bottom")).isEqualTo("bottom");
  }
}
