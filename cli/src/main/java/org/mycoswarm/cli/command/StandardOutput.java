package org.mycoswarm.cli.command;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.cli.Surroundings;

/// Our output for bytes of any number: flushed but left open, and done when its reader has gone.
final class StandardOutput extends FilterOutputStream {
  private final Surroundings surroundings;

  private StandardOutput(Surroundings surroundings) {
    super(surroundings.out());
    this.surroundings = surroundings;
  }

  static OutputStream of(Surroundings surroundings) {
    return new BufferedOutputStream(new StandardOutput(surroundings), 1 << 16);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    out.write(bytes, from, length);
    if (surroundings.out().checkError()) {
      throw new CommandFailed(ExitCode.OK, "The reader has seen enough.");
    }
  }

  @Override
  public void close() throws IOException {
    flush();
  }
}
