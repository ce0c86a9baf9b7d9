package org.mycoswarm.queue.engine;

import java.util.Locale;

/// The writer has as many commands waiting as it may. Nothing happened; try again in a moment.
public final class MailboxFull extends RuntimeException {
  private static final long serialVersionUID = 1;

  MailboxFull(int commandsMax) {
    super(
        String.format(
            Locale.ROOT,
            "Expected room in the writer's mailbox, but %,d commands wait in it; nothing was changed, try again in a second",
            commandsMax));
  }
}
