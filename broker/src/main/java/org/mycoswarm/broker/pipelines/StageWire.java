package org.mycoswarm.broker.pipelines;

import java.io.IOException;
import java.nio.ByteBuffer;

/// The connection that a node opened to be a stage, without the protocol below it. Thread-safe.
public interface StageWire {
  /// Sends one message, in the order of the calls.
  ///
  /// @throws IOException when the connection is gone
  void send(ByteBuffer frame) throws IOException;

  /// Ends the connection; once is enough.
  void close(String reason);
}
