package org.mycoswarm.node.work;

import org.mycoswarm.node.client.BlobAnswer;
import org.mycoswarm.node.client.BrokerLink;
import org.mycoswarm.node.client.BrokerProblem;

/// The bytes that tasks read and write, at the broker. Any thread.
public final class Blobs {
  private final BrokerLink link;

  public Blobs(BrokerLink link) {
    this.link = link;
  }

  BlobAnswer ask(String sha256, int bytesMax) throws InterruptedException, BrokerProblem {
    return link.call(broker -> broker.blob(sha256, bytesMax));
  }

  /// @param what in the words of the task, such as `the document`
  byte[] get(String what, String sha256, int bytesMax)
      throws InterruptedException, BrokerProblem, TaskFailed {
    return bytes(what, sha256, bytesMax, ask(sha256, bytesMax));
  }

  /// @return the hash of what is stored now
  String put(byte[] bytes) throws InterruptedException, BrokerProblem {
    return link.call(broker -> broker.store(bytes));
  }

  static byte[] bytes(String what, String sha256, int bytesMax, BlobAnswer answer)
      throws TaskFailed {
    return switch (answer) {
      case BlobAnswer.Bytes(byte[] bytes) -> bytes;
      case BlobAnswer.Absent() ->
          throw TaskFailed.retryable(
              "Expected %s in the blob '%s', but the broker does not have it"
                  .formatted(what, sha256));
      case BlobAnswer.Damaged(String found) ->
          throw TaskFailed.retryable(
              "Expected %s in the blob '%s', but the bytes that came have the hash '%s'"
                  .formatted(what, sha256, found));
      case BlobAnswer.TooLarge(long bytes) ->
          throw TaskFailed.forGood(
              "Expected %s in the blob '%s' to have at most %d bytes, but it has %d"
                  .formatted(what, sha256, bytesMax, bytes));
    };
  }
}
