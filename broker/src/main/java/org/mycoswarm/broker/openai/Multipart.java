package org.mycoswarm.broker.openai;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads a body of the type `multipart/form-data` part by part while it comes in, so that a file in
/// it may be larger than the memory. For one thread.
final class Multipart {
  /// One field of the form.
  ///
  /// @param filename null for a field that is no file
  /// @param body ends where the part ends
  record Part(String name, @Nullable String filename, InputStream body) {}

  private static final Pattern BOUNDARY =
      Pattern.compile(
          "(?i)multipart/form-data\\s*;.*?boundary=(?:\"([^\"]{1,200})\"|([^;\\s]{1,200})).*");
  private static final Pattern NAME = Pattern.compile("(?i)(?:^|[;\\s])name=\"([^\"]*)\"");
  private static final Pattern FILENAME = Pattern.compile("(?i)[;\\s]filename=\"([^\"]*)\"");
  private static final int HEADER_BYTES_MAX = 8 << 10;
  private static final int BUFFER = 64 << 10;

  private final InputStream in;
  private final byte[] delimiter;
  private final byte[] buffer = new byte[BUFFER];
  private int at;
  private int end;
  private @Nullable Body open;

  /// @param type value of the header Content-Type
  /// @throws OpenAiError when it is another type
  Multipart(@Nullable String type, InputStream in) {
    Matcher boundary = BOUNDARY.matcher(type == null ? "" : type);
    if (!boundary.matches()) {
      throw OpenAiError.invalid(
          null, "Expected a body of the type multipart/form-data with a boundary");
    }
    String text = boundary.group(1) == null ? boundary.group(2) : boundary.group(1);
    this.delimiter = ("\r\n--" + text).getBytes(ISO_8859_1);
    this.in = in;
    // The first boundary has no line before it.
    buffer[0] = '\r';
    buffer[1] = '\n';
    this.end = 2;
    this.open = new Body();
  }

  /// The next part, or null after the last. What was not read of the one before is passed over.
  ///
  /// @throws OpenAiError when the body is not in order
  @Nullable Part next() throws IOException {
    if (open != null) {
      open.transferTo(OutputStream.nullOutputStream());
      open = null;
    }
    String rest = line();
    if (rest.startsWith("--")) {
      return null;
    }
    String disposition = null;
    for (String header = line(); !header.isEmpty(); header = line()) {
      if (header.regionMatches(true, 0, "Content-Disposition:", 0, 20)) {
        disposition = header.substring(20);
      }
    }
    Matcher name = NAME.matcher(disposition == null ? "" : disposition);
    if (!name.find()) {
      throw broken("a part without a name");
    }
    Matcher filename = FILENAME.matcher(disposition == null ? "" : disposition);
    open = new Body();
    return new Part(name.group(1), filename.find() ? filename.group(1) : null, open);
  }

  private String line() throws IOException {
    byte[] line = new byte[HEADER_BYTES_MAX];
    int length = 0;
    while (length < line.length) {
      if (at == end && !fill()) {
        throw broken("an end before its last boundary");
      }
      byte next = buffer[at++];
      if (next == '\n' && length > 0 && line[length - 1] == '\r') {
        return new String(line, 0, length - 1, UTF_8);
      }
      line[length++] = next;
      if (length == 2 && line[0] == '-' && line[1] == '-') {
        return "--";
      }
    }
    throw broken("a header of more than 8 KiB");
  }

  /// Moves what is left to the front and reads more.
  private boolean fill() throws IOException {
    System.arraycopy(buffer, at, buffer, 0, end - at);
    end -= at;
    at = 0;
    int read = in.read(buffer, end, buffer.length - end);
    end += Math.max(read, 0);
    return read > 0;
  }

  private static OpenAiError broken(String what) {
    return OpenAiError.invalid(null, "Expected a form as multipart/form-data, but found " + what);
  }

  /// Up to the next boundary.
  private final class Body extends InputStream {
    private boolean ended;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 1 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      while (!ended) {
        int boundary = find();
        int sure = boundary >= 0 ? boundary : Math.max(at, end - delimiter.length + 1);
        if (sure > at) {
          int count = Math.min(length, sure - at);
          System.arraycopy(buffer, at, into, offset, count);
          at += count;
          return count;
        }
        if (boundary == at) {
          at += delimiter.length;
          ended = true;
        } else if (!fill()) {
          throw broken("an end before its last boundary");
        }
      }
      return -1;
    }

    private int find() {
      for (int i = at; i + delimiter.length <= end; i++) {
        if (buffer[i] == '\r'
            && Arrays.equals(buffer, i, i + delimiter.length, delimiter, 0, delimiter.length)) {
          return i;
        }
      }
      return -1;
    }
  }
}
