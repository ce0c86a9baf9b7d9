package org.mycoswarm.queue.log.json;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Remembers what texts meant that were read not long ago: the same jobs, nodes and durations come
/// again and again, checking them costs more than finding them, and one object for all of them
/// saves memory. Thread-safe without locks: what a slot holds is immutable, and an entry that is
/// lost in a race is parsed again.
final class Recent<T> {
  private static final int SLOTS = 1 << 10;

  private record Known<T>(String text, T value) {}

  private final Function<String, T> parse;
  private final @Nullable Known<T>[] slots;

  @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of generics
  Recent(Function<String, T> parse) {
    this.parse = parse;
    this.slots = new @Nullable Known[SLOTS];
  }

  T get(String text) {
    int hash = text.hashCode();
    int slot = (hash ^ hash >>> 16 ^ hash >>> 8) & (SLOTS - 1);
    Known<T> known = slots[slot];
    if (known != null && known.text.equals(text)) {
      return known.value;
    }
    T value = parse.apply(text);
    slots[slot] = new Known<>(text, value);
    return value;
  }
}
