package org.mycoswarm.node.client;

/// The bytes that came are not the bytes that were asked for.
public final class BlobDamaged extends Exception {
  private static final long serialVersionUID = 1;

  BlobDamaged(String sha256, String found) {
    super(
        "Expected the blob '%s', but the bytes that came have the hash '%s'"
            .formatted(sha256, found));
  }
}
