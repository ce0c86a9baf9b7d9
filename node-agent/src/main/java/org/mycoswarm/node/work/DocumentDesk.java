package org.mycoswarm.node.work;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.inference.Document;
import org.mycoswarm.inference.Documents;
import org.mycoswarm.inference.Reading;
import org.mycoswarm.inference.Unreadable;
import org.mycoswarm.node.ReaderSettings;
import org.mycoswarm.node.client.BlobAnswer;
import org.mycoswarm.node.client.BrokerProblem;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.DocumentText;

/// Gets the text of a document: out of its bytes, or out of the blob that an earlier reading left.
final class DocumentDesk implements AutoCloseable {
  /// The JSON of the longest text that is read.
  private static final int TEXT_BLOB_BYTES_MAX = 256 << 20;

  private final Blobs blobs;
  private final ReaderProcess reader;

  DocumentDesk(Blobs blobs, ReaderSettings reader) {
    this.blobs = blobs;
    this.reader = new ReaderProcess(reader);
  }

  /// @param blob SHA-256 of the document's bytes
  /// @param text SHA-256 of what an earlier reading made of them
  ReadDocument read(String path, String blob, @Nullable String text, Wanted wanted)
      throws TaskFailed, Unwanted, BrokerProblem, InterruptedException {
    return text == null ? readAnew(path, blob, wanted) : readBefore(text);
  }

  private ReadDocument readAnew(String path, String blob, Wanted wanted)
      throws TaskFailed, Unwanted, BrokerProblem, InterruptedException {
    BlobAnswer answer = blobs.ask(blob, Documents.BYTES_MAX);
    if (answer instanceof BlobAnswer.TooLarge(long size)) {
      return new ReadDocument.Nothing(Documents.tooLarge(size), size);
    }
    byte[] bytes = Blobs.bytes("the document", blob, Documents.BYTES_MAX, answer);
    boolean here = Documents.readableHere(path, bytes);
    Reading reading = here ? Documents.read(path, bytes) : reader.read(path, bytes, wanted);
    return switch (reading) {
      case Unreadable why -> new ReadDocument.Nothing(why, bytes.length);
      case Document document ->
          new ReadDocument.Found(
              document, here ? Documents.VERSION : reader.version(), bytes.length);
    };
  }

  private ReadDocument readBefore(String text)
      throws TaskFailed, BrokerProblem, InterruptedException {
    byte[] bytes = blobs.get("the document's text", text, TEXT_BLOB_BYTES_MAX);
    try {
      DocumentText read = Json.LENIENT.readValue(bytes, DocumentText.class);
      if (read != null && read.text() != null && read.mediaType() != null) {
        return new ReadDocument.Found(document(read), read.reader(), bytes.length);
      }
    } catch (IOException e) {
      throw TaskFailed.forGood(
          "Expected a document's text in the blob '%s', but: %s".formatted(text, e.getMessage()));
    }
    throw TaskFailed.forGood(
        "Expected a document's text in the blob '%s', but it has none".formatted(text));
  }

  private static Document document(DocumentText read) {
    List<DocumentText.PageStart> pages = read.pages();
    return new Document(
        read.text(),
        read.mediaType(),
        read.note(),
        read.title(),
        pages == null
            ? List.of()
            : pages.stream().map(p -> new Document.PageStart(p.page(), p.start())).toList());
  }

  /// Makes a blob of the text, unless it came out of one.
  ///
  /// @param known SHA-256 of the blob it came out of
  String keep(ReadDocument.Found found, @Nullable String known)
      throws BrokerProblem, InterruptedException {
    return known == null ? blobs.put(json(found)) : known;
  }

  private static byte[] json(ReadDocument.Found found) {
    Document document = found.document();
    List<DocumentText.PageStart> pages =
        document.pages().stream()
            .map(p -> new DocumentText.PageStart(p.page(), p.start()))
            .toList();
    try {
      return Json.LENIENT.writeValueAsBytes(
          new DocumentText(
              found.reader(),
              document.mediaType(),
              document.title(),
              document.note(),
              document.text(),
              pages.isEmpty() ? null : pages));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Every document's text can be written", e);
    }
  }

  @Override
  public void close() {
    reader.close();
  }
}
