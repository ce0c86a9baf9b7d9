package org.mycoswarm.queue.log.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.log.LogPosition;

/// How a snapshot lies in its file: frames of length, CRC32C of length and bytes, and the bytes.
/// The first frame says what it is, in a line of text; those after it are blocks of pieces; an
/// empty one ends them, and the SHA-256 of all that comes before ends the file.
final class SnapshotFrames {
  /// The first frame of every version has this form, so that a newer one is told from a damaged
  /// one.
  private static final Pattern FORM =
      Pattern.compile(
          "mycoswarm snapshot (\\d{1,9}) of (\\d{1,18}) at (\\S{1,50})\\n.*", Pattern.DOTALL);

  private static final byte[] END = {};

  /// @param version of the pieces
  record Header(int version, LogPosition position, Instant at) {
    private byte[] line() {
      return "mycoswarm snapshot %d of %s at %s\n".formatted(version, position, at).getBytes(UTF_8);
    }

    private static @Nullable Header parse(byte[] line) {
      Matcher parts = FORM.matcher(new String(line, UTF_8));
      if (!parts.matches()) {
        return null;
      }
      try {
        return new Header(
            Integer.parseInt(parts.group(1)),
            new LogPosition(Long.parseLong(parts.group(2))),
            Instant.parse(parts.group(3)));
      } catch (DateTimeException e) {
        return null;
      }
    }
  }

  private SnapshotFrames() {}

  /// Writes to a stream that somebody else opened and closes.
  static final class Writer {
    private final MessageDigest sha256 = VerifiedBlob.sha256();
    private final DataOutputStream out;

    Writer(OutputStream stream, Header header) throws IOException {
      out = new DataOutputStream(new DigestOutputStream(stream, sha256));
      write(header.line());
    }

    void write(byte[] block) throws IOException {
      out.writeInt(block.length);
      out.writeInt(crc(block));
      out.write(block);
    }

    void end() throws IOException {
      write(END);
      out.write(sha256.digest());
      out.flush();
    }
  }

  /// Reads a file frame by frame, each checked before it is given.
  static final class Reader implements Closeable {
    private final Path file;
    private final long size;
    private final MessageDigest sha256 = VerifiedBlob.sha256();
    private final InputStream stream;
    private final DataInputStream in;
    private final Header header;
    private long offset;

    Reader(Path file) throws IOException, Damaged {
      this.file = file;
      size = Files.size(file);
      stream = Files.newInputStream(file);
      try {
        in =
            new DataInputStream(
                new DigestInputStream(new BufferedInputStream(stream, 1 << 16), sha256));
        Header first = Header.parse(frame());
        if (first == null) {
          throw damaged(0, "it does not say what it is");
        }
        header = first;
      } catch (IOException | Damaged e) {
        stream.close();
        throw e;
      }
    }

    Header header() {
      return header;
    }

    /// The next block, or null after the last one, when the whole file was found to be as written.
    byte @Nullable [] next() throws IOException, Damaged {
      byte[] block = frame();
      if (block.length > 0) {
        return block;
      }
      byte[] expected = sha256.digest();
      byte[] found = bytes(expected.length);
      if (!MessageDigest.isEqual(expected, found)) {
        throw damaged(offset, "the checksum of the whole is another");
      }
      offset += found.length;
      if (offset != size) {
        throw damaged(offset, "something follows its end");
      }
      return null;
    }

    private byte[] frame() throws IOException, Damaged {
      int length;
      int crc;
      try {
        length = in.readInt();
        crc = in.readInt();
      } catch (EOFException e) {
        throw damaged(offset, "it is cut off");
      }
      if (length < 0 || length > size - offset - 8) {
        throw damaged(offset, "a block goes beyond its end");
      }
      byte[] block = bytes(length);
      if (crc(block) != crc) {
        throw damaged(offset, "the checksum of a block is another");
      }
      offset += 8L + length;
      return block;
    }

    private byte[] bytes(int length) throws IOException, Damaged {
      byte[] bytes = in.readNBytes(length);
      if (bytes.length < length) {
        throw damaged(offset, "it is cut off");
      }
      return bytes;
    }

    private Damaged damaged(long at, String why) {
      return new Damaged(
          String.format(Locale.ROOT, "'%s' is damaged at byte %,d: %s", file, at, why));
    }

    @Override
    public void close() throws IOException {
      stream.close();
    }
  }

  /// A file is not what was written.
  static final class Damaged extends Exception {
    private static final long serialVersionUID = 1;

    Damaged(String message) {
      super(message);
    }
  }

  private static int crc(byte[] block) {
    CRC32C crc = new CRC32C();
    for (int shift = 24; shift >= 0; shift -= 8) {
      crc.update(block.length >>> shift);
    }
    crc.update(block);
    return (int) crc.getValue();
  }
}
