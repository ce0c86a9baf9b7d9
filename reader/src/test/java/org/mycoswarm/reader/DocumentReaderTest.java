package org.mycoswarm.reader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.inference.Document;
import org.mycoswarm.inference.Document.PageStart;
import org.mycoswarm.inference.Reading;
import org.mycoswarm.inference.Unreadable;

/// Each kind of document gives its text, its headings and its pages, or a reason.
class DocumentReaderTest {
  @TempDir Path folder;

  private final DocumentReader reader = new DocumentReader();

  @Test
  void a_pdf_gives_its_text_its_title_and_where_each_page_begins() throws IOException {
    byte[] pdf = Made.pdf(List.of("Fungi grow.", "", "Trees stand."));

    assertThat(read("a.pdf", pdf))
        .isEqualTo(
            new Document(
                "Fungi grow.\n\nTrees stand.",
                "application/pdf",
                null,
                "The made PDF",
                List.of(new PageStart(1, 0), new PageStart(3, 13))));
  }

  @Test
  void what_a_file_is_decides_and_not_what_it_is_called() throws IOException {
    assertThat(read("notes.txt", Made.pdf(List.of("Fungi"))))
        .extracting("mediaType")
        .isEqualTo("application/pdf");
    assertThat(read("notes.pdf", "Only words.".getBytes(UTF_8)))
        .isEqualTo(new Document("Only words.", "text/plain", null));
  }

  @Test
  void a_word_document_gives_headings_and_rows() throws IOException {
    Document docx = (Document) read("a.docx", Made.docx());

    assertThat(docx.text())
        .isEqualTo(
            """
            # Guide

            Words of the guide.

            ## Install

            Run make.

            state | means
            ready | it waits""");
    assertThat(docx.title()).isEqualTo("The made Word");
  }

  @Test
  void a_sheet_gives_a_line_for_each_row() throws IOException {
    Document xlsx = (Document) read("a.xlsx", Made.xlsx());

    assertThat(xlsx.text()).contains("# Spores").contains("amanita | 1234.5");
  }

  @Test
  void each_slide_is_a_page() throws IOException {
    Document pptx = (Document) read("a.pptx", Made.pptx());

    assertThat(pptx.text()).contains("First slide").contains("Second slide");
    assertThat(pptx.pages()).extracting(PageStart::page).containsExactly(1, 2);
  }

  @Test
  void opendocument_epub_rtf_and_mail_are_read() throws IOException {
    assertThat(text("a.odt", Made.odt("", "Words."))).isEqualTo("# Guide\n\nWords.");
    assertThat(text("a.epub", Made.epub())).contains("# Chapter one\n\nIt was a quiet forest.");
    assertThat(text("a.rtf", "{\\rtf1\\ansi Rich words.\\par}".getBytes(UTF_8)))
        .isEqualTo("Rich words.");
    Document mail =
        (Document)
            read(
                "a.eml",
                "From: a@example.org\r\nSubject: A mail\r\n\r\nDear tree.\r\n".getBytes(UTF_8));
    assertThat(mail.text()).contains("Dear tree.");
    assertThat(mail.title()).isEqualTo("A mail");
  }

  @Test
  void a_packed_text_is_read_as_what_it_holds() throws IOException {
    assertThat(read("guide.md.gz", Made.gzip("# Guide\n\nWords.".getBytes(UTF_8))))
        .isEqualTo(
            new Document(
                "# Guide\n\nWords.", "text/markdown", "unpacked with gzip", "Guide", List.of()));
    assertThat(text("a.pdf.gz", Made.gzip(Made.pdf(List.of("Fungi"))))).isEqualTo("Fungi");
  }

  @Test
  void what_is_locked_says_so() throws Exception {
    for (byte[] bytes : List.of(Made.lockedPdf(), Made.lockedDocx())) {
      assertThat(read("a.docx", bytes))
          .isEqualTo(Unreadable.locked("Expected a document that opens, but it wants a password"));
    }
  }

  @Test
  void what_is_torn_says_so_even_where_its_parser_would_mend_it() throws Exception {
    byte[] pdf = Made.pdf(List.of("Fungi grow.", "Trees stand."));
    byte[] docx = Made.docx();
    byte[] gzip = Made.gzip("words".getBytes(UTF_8));

    assertThat(read("a.pdf", Arrays.copyOf(pdf, pdf.length - 20)))
        .isEqualTo(
            Unreadable.broken(
                "Expected a PDF up to its end mark, but it is cut off", "TruncatedDocument"));
    assertBroken(read("b.pdf", Arrays.copyOf(pdf, pdf.length / 2)));
    assertBroken(read("c.pdf", "%PDF-1.7 and then nonsense".getBytes(UTF_8)));
    assertBroken(read("d.docx", Arrays.copyOf(docx, docx.length / 2)));
    assertThat(read("e.txt.gz", Arrays.copyOf(gzip, gzip.length - 9)))
        .isEqualTo(
            Unreadable.broken(
                "Expected a gzip file up to its end, but: Unexpected end of ZLIB input stream",
                "java.io.EOFException"));
  }

  private static void assertBroken(Reading reading) {
    assertThat(reading)
        .isInstanceOfSatisfying(
            Unreadable.class,
            why -> {
              assertThat(why.status()).isEqualTo(Unreadable.BROKEN);
              assertThat(why.stage()).isEqualTo("parse");
              assertThat(why.error()).isNotEmpty();
            });
  }

  @Test
  void what_unpacks_to_far_more_than_it_is_is_not_unpacked() throws IOException {
    Reading bomb = read("a.odt", Made.bomb());
    Reading zeros = read("zeros.gz", Made.gzip(new byte[70 << 20]));

    assertThat(bomb).extracting("status").isEqualTo(Unreadable.TOO_LARGE);
    assertThat(((Unreadable) bomb).reason())
        .startsWith("Expected a document of ordinary size when unpacked, but: ");
    assertThat(zeros)
        .isEqualTo(
            Unreadable.tooLarge("Expected at most 67,108,864 bytes unpacked, but it has more"));
  }

  @Test
  void what_shows_no_text_and_what_is_no_document_say_so() throws IOException {
    byte[] archive = Made.zip(List.of(Map.entry("word/a.txt", "no Word document")));

    assertThat(read("scan.pdf", Made.pdf(List.of(""))))
        .isEqualTo(
            Unreadable.empty(
                "Expected some text, but it shows none; pictures of text are not read"));
    assertThat(read("a.zip", archive))
        .isEqualTo(
            Unreadable.unsupported(
                "Expected a document, but found a file of type 'application/zip'"));
    assertThat(read("a.gz", Made.gzip(Made.gzip(new byte[1]))))
        .isEqualTo(Unreadable.unsupported("Expected a document in a gzip file, but found another"));
  }

  @Test
  void what_a_document_names_elsewhere_is_not_fetched() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret.txt"), "the secret");
    try (ServerSocket door = new ServerSocket(0)) {
      door.setSoTimeout(1);
      String away = "http://127.0.0.1:%d/x.dtd".formatted(door.getLocalPort());
      String declaration =
          "<!DOCTYPE x SYSTEM \"%s\" [<!ENTITY s SYSTEM \"%s\">]>".formatted(away, secret.toUri());

      Reading reading = read("a.odt", Made.odt(declaration, "Words &s;."));

      assertThat(reading.toString()).doesNotContain("the secret");
      org.assertj.core.api.Assertions.assertThatThrownBy(door::accept)
          .as("nobody came")
          .isInstanceOf(java.net.SocketTimeoutException.class);
    }
  }

  private String text(String name, byte[] bytes) throws IOException {
    return ((Document) read(name, bytes)).text();
  }

  private Reading read(String name, byte[] bytes) throws IOException {
    return reader.read(name, Files.write(folder.resolve("document"), bytes));
  }
}
