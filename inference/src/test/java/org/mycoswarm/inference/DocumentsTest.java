package org.mycoswarm.inference;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Each file becomes a text, or a reason that a person understands; none makes the reader throw.
class DocumentsTest {

  @ParameterizedTest
  @CsvSource({
    "notes.txt, text/plain",
    "README, text/plain",
    "README.md, text/markdown",
    "Guide.MARKDOWN, text/markdown",
    "a/b.c/page.HTM, text/html",
    "rows.csv, text/csv",
    "data.json, application/json",
    "Main.java, text/x-source",
    "feed.xml, application/xml",
  })
  void the_name_tells_what_kind_of_text_it_is(String path, String mediaType) {
    assertThat(Documents.read(path, "words".getBytes(UTF_8)))
        .isEqualTo(new Document("words", mediaType, null));
  }

  @Test
  void a_page_without_a_telling_name_is_known_by_its_start() {
    Reading reading = read("index", "\n<!DOCTYPE html><p>Hello");

    assertThat(reading).isEqualTo(new Document("Hello", "text/html", null));
  }

  @Test
  void nothing_and_white_space_are_empty() {
    assertThat(read("a.txt", ""))
        .isEqualTo(Unreadable.empty("Expected some text, but it has 0 bytes"));
    assertThat(read("a.txt", " \r\n\t\u00a0\u2003"))
        .isEqualTo(Unreadable.empty("Expected some text, but it holds only white space"));
    assertThat(read("a.html", "<html><script>let x = 1;</script></html>"))
        .isEqualTo(Unreadable.empty("Expected some text, but the page shows none"));
  }

  @ParameterizedTest
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "x.pdf,%PDF-1.7,PARSED",
        "x.txt,%PDF-1.7,PARSED",
        "x.docx,PK\u0003\u0004,PARSED",
        "x.zip,PK\u0003\u0004,TEXT",
        "x.doc,\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1,PARSED",
        "x.rtf,{\\rtf1,PARSED",
        "x.eml,From: me,PARSED",
        "x.txt,From: me,TEXT",
        "x.txt.gz,\u001f\u008b,GZIP",
      })
  void what_it_takes_to_read_a_file_is_told_by_its_first_bytes(
      String path, String head, Documents.Kind kind) {
    assertThat(Documents.kind(path, head.getBytes(ISO_8859_1))).isEqualTo(kind);
  }

  @Test
  void a_document_in_a_zip_is_told_by_the_first_file_in_it() {
    String zip = "PK\u0003\u0004" + "\0".repeat(26) + "[Content_Types].xml";

    assertThat(Documents.kind("no-name", zip.getBytes(ISO_8859_1)))
        .isEqualTo(Documents.Kind.PARSED);
  }

  @Test
  void a_large_text_is_not_read_where_memory_is_shared() {
    assertThat(Documents.readableHere("a.txt", new byte[9 << 20])).isFalse();
    assertThat(Documents.readableHere("a.txt", new byte[1 << 20])).isTrue();
    assertThat(Documents.readableHere("a.pdf", "%PDF-1.7".getBytes(ISO_8859_1))).isFalse();
  }

  static Stream<Arguments> binaries() {
    return Stream.of(
        Arguments.of("x.pdf", "%PDF-1.7", "one that takes a parser"),
        Arguments.of("x.docx", "PK\u0003\u0004", "one that takes a parser"),
        Arguments.of("x.zip", "PK\u0003\u0004", "a ZIP archive; unpack it first"),
        Arguments.of("x.txt", "\u0089PNG\r\n\u001a", "a PNG image"),
        Arguments.of("x", "\u007fELF\u0002", "a program"));
  }

  @ParameterizedTest
  @MethodSource("binaries")
  void a_file_that_is_not_text_is_named(String path, String head, String found) {
    assertThat(Documents.read(path, head.getBytes(ISO_8859_1)))
        .isEqualTo(Unreadable.unsupported("Expected a document, but found " + found));
  }

  @Test
  void binary_data_without_a_name_is_told_by_what_text_never_has() {
    assertThat(Documents.read("x.txt", new byte[] {'a', 'b', 0, 'c'}))
        .isEqualTo(
            Unreadable.unsupported(
                "Expected a document, but found binary data (a NUL byte at offset 2)"));
    assertThat(Documents.read("x.txt", new byte[] {'a', 1, 2, 3}))
        .isEqualTo(
            Unreadable.unsupported(
                "Expected a document, but found binary data"
                    + " (3 control characters in 4 bytes)"));
  }

  @Test
  void four_letters_that_also_begin_an_image_are_still_a_text() {
    assertThat(read("a.txt", "GIF89 is a file format. RIFF another.")).isInstanceOf(Document.class);
  }

  @Test
  void a_file_over_the_limit_is_not_read() {
    assertThat(Documents.read("big.txt", new byte[Documents.BYTES_MAX + 1]))
        .isEqualTo(
            Unreadable.tooLarge(
                "Expected at most 67,108,864 bytes, but it has 67,108,865;"
                    + " split it to have it read"));
  }

  @Test
  void byte_order_marks_are_honoured_and_dropped() {
    String text = "\ufeffcaf\u00e9 \ud83c\udf44";

    for (Charset charset : new Charset[] {UTF_8, UTF_16LE, UTF_16BE, Charset.forName("UTF-32LE")}) {
      assertThat(Documents.read("a.txt", text.getBytes(charset)))
          .isEqualTo(new Document(text.substring(1), "text/plain", null));
    }
  }

  @Test
  void text_of_one_byte_a_letter_is_read_and_the_report_says_so() {
    byte[] bytes = "Gr\u00fc\u00dfe aus K\u00f6ln".getBytes(ISO_8859_1);

    assertThat(Documents.read("a.txt", bytes))
        .isEqualTo(
            new Document(
                "Gr\u00fc\u00dfe aus K\u00f6ln",
                "text/plain",
                "not valid UTF-8; read as windows-1252"));
  }

  @Test
  void bytes_that_windows_1252_lacks_are_read_as_latin_1() {
    assertThat(Documents.read("a.txt", new byte[] {'a', ' ', 'w', 'o', 'r', 'd', (byte) 0x81}))
        .isEqualTo(
            new Document("a word\u0081", "text/plain", "not valid UTF-8; read as iso-8859-1"));
  }

  @Test
  void one_wrong_byte_does_not_spoil_a_whole_utf_8_file() {
    byte[] bytes = "caf\u00e9 cr\u00e8me br\u00fbl\u00e9e ?".getBytes(UTF_8);
    bytes[bytes.length - 1] = (byte) 0xff;

    assertThat(Documents.read("a.txt", bytes))
        .isEqualTo(
            new Document(
                "caf\u00e9 cr\u00e8me br\u00fbl\u00e9e \ufffd",
                "text/plain",
                "not valid UTF-8 in 1 places; read with the sign U+FFFD there"));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void random_bytes_are_never_an_exception(long seed) throws Exception {
    Random random = new Random(seed);
    byte[] bytes = new byte[random.nextInt(1, 5000)];
    random.nextBytes(bytes);

    for (String path : new String[] {"a.txt", "a.html", "a.md", "a"}) {
      assertThat(Documents.read(path, bytes)).isNotNull();
      assertThat(Documents.read(path, gzip(bytes))).isInstanceOf(Unreadable.class);
    }
  }

  private static byte[] gzip(byte[] bytes) throws Exception {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  private static Reading read(String path, String text) {
    return Documents.read(path, text.getBytes(UTF_8));
  }
}
