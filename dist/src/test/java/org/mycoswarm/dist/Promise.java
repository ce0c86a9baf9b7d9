package org.mycoswarm.dist;

import java.util.Optional;

/// What a broker has told one of its callers, and so must keep, whatever happens to it. Written as
/// one line, so that a process can leave it behind when it is killed.
sealed interface Promise {
  /// A submission was acknowledged.
  record Submitted(String key, String job) implements Promise {}

  /// A lease was granted.
  record Leased(String lease, String node) implements Promise {}

  /// A result was accepted.
  record Done(String lease) implements Promise {}

  /// A failure was accepted, or a lease that was handed back.
  record Ended(String lease) implements Promise {}

  /// A report was refused at the first try: it must have changed nothing.
  record Refused(String lease) implements Promise {}

  /// The broker said what it must never say.
  record Broken(String words) implements Promise {}

  default String line() {
    return switch (this) {
      case Submitted(String key, String job) -> "@submitted " + key + " " + job;
      case Leased(String lease, String node) -> "@leased " + lease + " " + node;
      case Done(String lease) -> "@done " + lease;
      case Ended(String lease) -> "@ended " + lease;
      case Refused(String lease) -> "@refused " + lease;
      case Broken(String words) -> "@broken " + words.replace('\n', ' ');
    };
  }

  /// Empty for a line that is something else, such as a warning of the Java machine.
  static Optional<Promise> parse(String line) {
    String[] words = line.split(" ", 2);
    String[] two = words.length == 2 ? words[1].split(" ", 2) : words;
    return switch (words[0]) {
      case "@submitted" -> Optional.of(new Submitted(two[0], two[1]));
      case "@leased" -> Optional.of(new Leased(two[0], two[1]));
      case "@done" -> Optional.of(new Done(two[0]));
      case "@ended" -> Optional.of(new Ended(two[0]));
      case "@refused" -> Optional.of(new Refused(two[0]));
      case "@broken" -> Optional.of(new Broken(words[1]));
      default -> Optional.empty();
    };
  }
}
