package org.mycoswarm.node.generate;

import java.io.IOException;

/// Takes the lines of an answer, one at a time.
@FunctionalInterface
interface LineSink {
  /// @throws IOException when the line is not what it should be; no more are given then
  void line(String line) throws IOException;
}
