package org.mycoswarm.reader;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipException;
import org.apache.tika.Tika;
import org.mycoswarm.inference.Document;
import org.mycoswarm.inference.Documents;
import org.mycoswarm.inference.Reading;
import org.mycoswarm.inference.Unreadable;

/// Reads any file that a node hands over. One thread at a time.
final class DocumentReader {
  /// With the version of every parser, as they are released together.
  static String version() {
    return Documents.VERSION + " " + Tika.getString();
  }

  private final TikaReader tika = new TikaReader();

  /// @param name of the document, as the person who submitted it knows it
  /// @param file its bytes
  Reading read(String name, Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    return switch (Documents.kind(name, bytes)) {
      case TEXT -> Documents.read(name, bytes);
      case PARSED -> tika.read(name, file);
      case GZIP -> unpacked(name, file, bytes);
    };
  }

  /// What a `.gz` holds is read under the name without that ending; an archive in an archive is
  /// not.
  private Reading unpacked(String name, Path file, byte[] packed) throws IOException {
    byte[] bytes;
    try {
      bytes = Gzip.unpack(packed, Documents.BYTES_MAX);
    } catch (ZipException | java.io.EOFException e) {
      return Unreadable.broken(
          "Expected a gzip file up to its end, but: " + e.getMessage(), e.getClass().getName());
    }
    if (bytes.length > Documents.BYTES_MAX) {
      return Unreadable.tooLarge(
          "Expected at most %,d bytes unpacked, but it has more".formatted(Documents.BYTES_MAX));
    }
    String inner = Gzip.nameWithout(name);
    Reading reading =
        switch (Documents.kind(inner, bytes)) {
          case TEXT -> Documents.read(inner, bytes);
          case PARSED -> tika.read(inner, Files.write(file, bytes));
          case GZIP ->
              Unreadable.unsupported("Expected a document in a gzip file, but found another");
        };
    return reading instanceof Document document ? noted(document) : reading;
  }

  private static Document noted(Document document) {
    String note = document.note();
    return new Document(
        document.text(),
        document.mediaType(),
        note == null ? "unpacked with gzip" : "unpacked with gzip; " + note,
        document.title(),
        document.pages());
  }
}
