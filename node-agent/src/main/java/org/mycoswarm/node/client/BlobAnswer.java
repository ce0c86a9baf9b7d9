package org.mycoswarm.node.client;

/// What came of asking for a blob.
public sealed interface BlobAnswer {
  /// The bytes, and they have the hash that was asked for.
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Bytes(byte[] bytes) implements BlobAnswer {}

  /// More than the caller takes; not read.
  ///
  /// @param bytes its size, as the broker says
  record TooLarge(long bytes) implements BlobAnswer {}

  /// Other bytes came than were asked for.
  ///
  /// @param sha256 of what came
  record Damaged(String sha256) implements BlobAnswer {}

  /// The broker does not have it.
  record Absent() implements BlobAnswer {}
}
