package org.mycoswarm.inference;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a node and its reading process say to each other over two pipes: the process says that it
/// is ready, then a request is answered by a [Reading], one after the other. Both come out of one
/// build, so the form has no version.
public final class ReadingFrames {
  /// Name of the folder that a reading process may fill, and that is deleted with it.
  public static final String FOLDER = "mycoswarm-reader";

  private static final int READY = 0x52454144;
  private static final byte DOCUMENT = 1;
  private static final byte UNREADABLE = 2;

  private ReadingFrames() {}

  /// @param name of the document, as the person who submitted it knows it
  /// @param file where its bytes lie
  public record Request(String name, String file) {}

  /// @param reader what reads, and in which version
  public static void writeReady(String reader, DataOutputStream out) throws IOException {
    out.writeInt(READY);
    writeText(reader, out);
    out.flush();
  }

  /// Waits until the process is ready.
  ///
  /// @return what reads, and in which version
  /// @throws IOException when it ends or says something else
  public static String awaitReady(DataInputStream in) throws IOException {
    int found = in.readInt();
    if (found != READY) {
      throw new IOException("Expected a reading process, but it says %08x".formatted(found));
    }
    return readText(in);
  }

  public static void write(Request request, DataOutputStream out) throws IOException {
    writeText(request.name(), out);
    writeText(request.file(), out);
    out.flush();
  }

  /// @return empty when there are no more
  public static Optional<Request> readRequest(DataInputStream in) throws IOException {
    try {
      String name = readText(in);
      return Optional.of(new Request(name, readText(in)));
    } catch (EOFException e) {
      return Optional.empty();
    }
  }

  public static void write(Reading reading, DataOutputStream out) throws IOException {
    switch (reading) {
      case Document document -> {
        out.writeByte(DOCUMENT);
        writeText(document.text(), out);
        writeText(document.mediaType(), out);
        writeOptional(document.note(), out);
        writeOptional(document.title(), out);
        out.writeInt(document.pages().size());
        for (Document.PageStart page : document.pages()) {
          out.writeInt(page.page());
          out.writeInt(page.start());
        }
      }
      case Unreadable why -> {
        out.writeByte(UNREADABLE);
        writeText(why.status(), out);
        writeText(why.reason(), out);
        writeText(why.stage(), out);
        writeText(why.error(), out);
        out.writeBoolean(why.retryable());
      }
    }
    out.flush();
  }

  public static Reading read(DataInputStream in) throws IOException {
    byte kind = in.readByte();
    return switch (kind) {
      case DOCUMENT ->
          new Document(
              readText(in), readText(in), readOptional(in), readOptional(in), readPages(in));
      case UNREADABLE ->
          new Unreadable(readText(in), readText(in), readText(in), readText(in), in.readBoolean());
      default -> throw new IOException("Expected a reading, but it begins with " + kind);
    };
  }

  private static List<Document.PageStart> readPages(DataInputStream in) throws IOException {
    int count = in.readInt();
    List<Document.PageStart> pages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pages.add(new Document.PageStart(in.readInt(), in.readInt()));
    }
    return pages;
  }

  private static void writeOptional(@Nullable String text, DataOutputStream out)
      throws IOException {
    out.writeBoolean(text != null);
    if (text != null) {
      writeText(text, out);
    }
  }

  private static @Nullable String readOptional(DataInputStream in) throws IOException {
    return in.readBoolean() ? readText(in) : null;
  }

  private static void writeText(String text, DataOutputStream out) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String readText(DataInputStream in) throws IOException {
    int length = in.readInt();
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("Expected %d bytes, but the pipe ends".formatted(length));
    }
    return new String(bytes, UTF_8);
  }
}
