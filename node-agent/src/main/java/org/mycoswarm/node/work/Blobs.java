package org.mycoswarm.node.work;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.mycoswarm.node.client.BlobAnswer;
import org.mycoswarm.node.client.BrokerLink;
import org.mycoswarm.node.client.BrokerProblem;
import org.mycoswarm.node.client.StageConnection;
import org.mycoswarm.schema.wire.StagePayload;
import org.mycoswarm.sharding.frame.Frame;

/// The bytes that tasks read and write, and the lines that stages answer on, at the broker. Any
/// thread.
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

  /// Writes some bytes of a blob on as they come. Tried once, because what was written cannot be
  /// taken back.
  ///
  /// @throws IOException when the broker is away, or the bytes end before
  void range(String sha256, long offset, long bytes, OutputStream to)
      throws IOException, InterruptedException, BrokerProblem {
    link.once(
        broker -> {
          broker.range(sha256, offset, bytes, to);
          return bytes;
        });
  }

  /// @throws IOException when the broker is away
  StageConnection line(StagePayload stage, String lease, int bytesMax)
      throws IOException, InterruptedException, BrokerProblem {
    return link.once(broker -> broker.stage(stage.pipeline(), stage.stage(), lease, bytesMax));
  }

  /// Takes texts through all stages of an encoder.
  ///
  /// @throws IOException when the broker is away
  Frame forward(String model, Frame ask) throws IOException, InterruptedException, BrokerProblem {
    return Frame.decode(ByteBuffer.wrap(link.once(broker -> broker.forward(model, ask.encode()))));
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
