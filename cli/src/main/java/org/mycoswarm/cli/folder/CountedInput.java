package org.mycoswarm.cli.folder;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

/// Tells how many bytes were read from it so far, after each read. For one thread.
final class CountedInput extends FilterInputStream {
  private final LongConsumer told;
  private long read;

  CountedInput(InputStream in, LongConsumer told) {
    super(in);
    this.told = told;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    int count = in.read(into, from, length);
    read += Math.max(0, count);
    told.accept(read);
    return count;
  }
}
