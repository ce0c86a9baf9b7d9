package org.mycoswarm.queue.log.chronicle;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// What an entry looks like on disk: 48 bytes that prove it, then its body. Chronicle Queue keeps
/// no checksums of its own: of 17 kinds of damage 12 went unnoticed without this.
///
/// ```
///  0 magic "MYCO"   4 format version   6 zero   8 body length   12 position
/// 20 highest durable position when this was appended   28 chain   44 CRC32C   48 body
/// ```
///
/// All numbers are big-endian; the CRC covers everything but itself. The durable position is there
/// so that a later entry testifies which earlier ones were acknowledged: an unreadable entry with
/// such a witness behind it is damage, one without is an end nobody was told about.
@SuppressWarnings(
    "ArrayRecordComponent") // bytes on their way to a file, never compared as a record
record Envelope(long position, long durable, byte[] chain, byte[] body) {
  static final int HEADER_BYTES = 48;
  static final int MAGIC = 0x4D59434F;
  static final int FORMAT_VERSION = 1;
  private static final int CRC_AT = 44;
  private static final int LENGTH_AT = 8;

  /// The 48 bytes that go before the body.
  byte[] header() {
    byte[] header = new byte[HEADER_BYTES];
    ByteBuffer.wrap(header)
        .putInt(MAGIC)
        .putShort((short) FORMAT_VERSION)
        .putShort((short) 0)
        .putInt(body.length)
        .putLong(position)
        .putLong(durable)
        .put(chain)
        .putInt(crc(header, body, 0, body.length));
    return header;
  }

  static Envelope read(byte[] bytes) throws Unreadable {
    int length = bytes.length - HEADER_BYTES;
    if (length < 0) {
      throw unreadable("an entry of %d bytes or more", HEADER_BYTES, "%d", bytes.length);
    }
    ByteBuffer header = ByteBuffer.wrap(bytes, 0, HEADER_BYTES);
    expect("the mark %08x of an entry", MAGIC, header.getInt());
    int version = header.getShort();
    header.getShort();
    expect("a body of %d bytes", length, header.getInt());
    long position = header.getLong();
    long durable = header.getLong();
    byte[] chain = new byte[Chain.BYTES];
    header.get(chain);
    expect("a CRC32C of %08x", header.getInt(), crc(bytes, bytes, HEADER_BYTES, length));
    expect("format version %d, which this program knows", FORMAT_VERSION, version);
    return new Envelope(
        position, durable, chain, Arrays.copyOfRange(bytes, HEADER_BYTES, bytes.length));
  }

  /// The bytes of the whole entry by its first 12 bytes, or -1 when no entry starts like this.
  static int bytesByStart(ByteBuffer start) {
    if (start.getInt(start.position()) != MAGIC) {
      return -1;
    }
    int length = start.getInt(start.position() + LENGTH_AT);
    return length < 0 || length > CycleFile.DOCUMENT_BYTES_MAX - HEADER_BYTES
        ? -1
        : HEADER_BYTES + length;
  }

  private static int crc(byte[] header, byte[] body, int bodyFrom, int bodyLength) {
    CRC32C crc = new CRC32C();
    crc.update(header, 0, CRC_AT);
    crc.update(body, bodyFrom, bodyLength);
    return (int) crc.getValue();
  }

  private static void expect(String what, int expected, int found) throws Unreadable {
    if (expected != found) {
      throw unreadable(what, expected, what.contains("%08x") ? "%08x" : "%d", found);
    }
  }

  @SuppressWarnings("AnnotateFormatMethod") // two patterns, each with the number behind it
  private static Unreadable unreadable(String what, int expected, String pattern, int found) {
    return new Unreadable(
        "Expected %s, but it is %s".formatted(what.formatted(expected), pattern.formatted(found)));
  }
}
