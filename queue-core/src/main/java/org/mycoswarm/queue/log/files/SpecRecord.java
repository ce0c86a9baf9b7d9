package org.mycoswarm.queue.log.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.Requirement;
import org.mycoswarm.queue.domain.Resources;
import org.mycoswarm.queue.domain.RetryPolicy;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.domain.Terms;

/// A spec as bytes: CRC32C of all that follows, length, the spec's number, then its fields in the
/// order of the records they are of, padded to whole blocks. The files do not outlive the process
/// that wrote them, so there is no version.
final class SpecRecord {
  static final int HEADER_BYTES = 16;
  private static final int LENGTH_AT = 4;
  private static final int NUMBER_AT = 8;
  private static final int FIXED_BYTES = 512;
  private static final int NONE = -1;

  private SpecRecord() {}

  /// Writes all but the number and the checksum.
  ///
  /// @return the buffer, or a larger one in its place; from the record's first byte to its last
  static ByteBuffer write(TaskSpec spec, ByteBuffer scratch) {
    long needed = bytesMax(spec);
    if (needed > Integer.MAX_VALUE) {
      throw tooLong(needed);
    }
    ByteBuffer out =
        (scratch.capacity() < needed ? ByteBuffer.allocate((int) needed) : scratch)
            .clear()
            .position(HEADER_BYTES);
    put(out, spec.terms());
    put(out, spec.label());
    out.putInt(spec.parent() == null ? NONE : spec.parent());
    put(out, spec.payload());
    out.putInt(spec.blobs().size());
    spec.blobs().forEach(blob -> put(out, blob.hex()));
    put(out, spec.start().notBefore());
    out.putInt(spec.start().after().size());
    spec.start().after().forEach(out::putInt);
    out.put((byte) (spec.start().last() ? 1 : 0));
    out.putInt(LENGTH_AT, out.position());
    if (out.position() > SpecPlace.RECORD_BYTES_MAX) {
      throw tooLong(out.position());
    }
    return out.limit(SpecPlace.wholeBlocks(out.position())).position(0);
  }

  private static IllegalStateException tooLong(long bytes) {
    return new IllegalStateException(
        String.format(
            Locale.ROOT,
            "Expected a task of at most %,d bytes, but it takes up to %,d",
            SpecPlace.RECORD_BYTES_MAX,
            bytes));
  }

  static void seal(ByteBuffer record, long number) {
    record.putLong(NUMBER_AT, number);
    record.putInt(0, checksum(record, record.getInt(LENGTH_AT)));
  }

  static int length(ByteBuffer record) {
    return record.getInt(LENGTH_AT);
  }

  static long number(ByteBuffer record) {
    return record.getLong(NUMBER_AT);
  }

  /// @throws IllegalStateException when these are not the bytes that were sealed with the number
  static void check(ByteBuffer record, long number) {
    int length = length(record);
    if (length < HEADER_BYTES
        || length > record.limit()
        || number(record) != number
        || record.getInt(0) != checksum(record, length)) {
      throw new IllegalStateException(
          "Expected spec %d where it was written, but something else is there; the disk does not give back what it was given"
              .formatted(number));
    }
  }

  static TaskSpec read(ByteBuffer record, long number) {
    check(record, number);
    byte[] bytes = new byte[length(record)];
    record.get(0, bytes);
    ByteBuffer in = ByteBuffer.wrap(bytes).position(HEADER_BYTES);
    return new TaskSpec(terms(in), string(in), positive(in), string(in), blobs(in), start(in));
  }

  private static int checksum(ByteBuffer record, int length) {
    CRC32C crc = new CRC32C();
    crc.update(record.duplicate().limit(length).position(LENGTH_AT));
    return (int) crc.getValue();
  }

  private static void put(ByteBuffer out, Terms terms) {
    Requirement requirement = terms.requirement();
    put(out, requirement.kind());
    put(out, requirement.model());
    out.putInt(requirement.resources().cpu());
    out.putLong(requirement.resources().ramMiB());
    out.putLong(requirement.resources().vramMiB());
    put(out, requirement.node() == null ? null : requirement.node().value());
    out.putInt(terms.retry().attemptsMax());
    put(out, terms.retry().firstDelay());
    put(out, terms.retry().delayMax());
    put(out, terms.leaseTime());
    put(out, terms.limitKey());
    out.putLong(terms.cost());
    put(out, terms.deadline());
  }

  private static Terms terms(ByteBuffer in) {
    String kind = string(in);
    String model = stringOrNull(in);
    Resources resources = new Resources(in.getInt(), in.getLong(), in.getLong());
    String node = stringOrNull(in);
    RetryPolicy retry = new RetryPolicy(in.getInt(), duration(in), duration(in));
    return new Terms(
        new Requirement(kind, model, resources, node == null ? null : new NodeId(node)),
        retry,
        duration(in),
        stringOrNull(in),
        in.getLong(),
        instant(in));
  }

  private static List<BlobHash> blobs(ByteBuffer in) {
    int count = in.getInt();
    List<BlobHash> blobs = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      blobs.add(new BlobHash(string(in)));
    }
    return blobs;
  }

  private static TaskSpec.Start start(ByteBuffer in) {
    Instant notBefore = instant(in);
    int count = in.getInt();
    List<Integer> after = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      after.add(in.getInt());
    }
    boolean last = in.get() == 1;
    return notBefore == null && count == 0 && !last
        ? TaskSpec.Start.AT_ONCE
        : new TaskSpec.Start(notBefore, after, last);
  }

  /// UTF-8 cannot say everything that a string can: half a surrogate pair goes as plain characters,
  /// with a negative length.
  private static void put(ByteBuffer out, @Nullable String text) {
    if (text == null) {
      out.putInt(Integer.MIN_VALUE);
      return;
    }
    byte[] utf8 = text.getBytes(UTF_8);
    if (new String(utf8, UTF_8).equals(text)) {
      out.putInt(utf8.length).put(utf8);
    } else {
      out.putInt(-text.length());
      text.chars().forEach(c -> out.putChar((char) c));
    }
  }

  private static @Nullable String stringOrNull(ByteBuffer in) {
    return in.getInt(in.position()) == Integer.MIN_VALUE ? skip(in) : string(in);
  }

  private static @Nullable String skip(ByteBuffer in) {
    in.getInt();
    return null;
  }

  private static String string(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0) {
      char[] chars = new char[-length];
      for (int i = 0; i < chars.length; i++) {
        chars[i] = in.getChar();
      }
      return new String(chars);
    }
    String text = new String(in.array(), in.arrayOffset() + in.position(), length, UTF_8);
    in.position(in.position() + length);
    return text;
  }

  private static @Nullable Integer positive(ByteBuffer in) {
    int number = in.getInt();
    return number == NONE ? null : number;
  }

  private static void put(ByteBuffer out, Duration duration) {
    out.putLong(duration.getSeconds()).putInt(duration.getNano());
  }

  private static Duration duration(ByteBuffer in) {
    return Duration.ofSeconds(in.getLong(), in.getInt());
  }

  private static void put(ByteBuffer out, @Nullable Instant instant) {
    out.putInt(instant == null ? NONE : instant.getNano());
    if (instant != null) {
      out.putLong(instant.getEpochSecond());
    }
  }

  private static @Nullable Instant instant(ByteBuffer in) {
    int nano = in.getInt();
    return nano == NONE ? null : Instant.ofEpochSecond(in.getLong(), nano);
  }

  /// As many bytes as it can take: no character takes more than three.
  private static long bytesMax(TaskSpec spec) {
    Terms terms = spec.terms();
    long chars =
        (long) spec.payload().length()
            + spec.label().length()
            + terms.requirement().kind().length()
            + length(terms.requirement().model())
            + length(terms.limitKey());
    return FIXED_BYTES + 3 * chars + 68L * spec.blobs().size() + 4L * spec.start().after().size();
  }

  private static int length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }
}
