package org.mycoswarm.cli.output;

import java.io.PrintStream;

/// Tells a person how far something is: a bar that is drawn over itself on a terminal, a line now
/// and then in a pipe. For one thread.
public sealed interface Progress extends AutoCloseable permits Bar, Lines {

  /// @param columns of the terminal; 0 when it is none
  static Progress on(PrintStream out, int columns) {
    return columns > 0 ? new Bar(out, columns) : new Lines(out);
  }

  /// @param fraction of the work that is done, 0 to 1
  /// @param words such as `12 of 30 files`
  void show(double fraction, String words);

  /// A sentence that stays.
  void say(String sentence);

  /// Leaves the last state standing; what is shown next starts anew.
  void finish();

  @Override
  default void close() {
    finish();
  }
}
