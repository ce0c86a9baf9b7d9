package org.mycoswarm.queue.simulation;

/// The way between the broker and one of the others: messages get lost, come twice, come late,
/// overtake each other, and sometimes none comes through for a while.
final class Link {
  private final Agenda agenda;
  private final Faults faults;
  private final Choices choices;
  private boolean cut;

  Link(Agenda agenda, Faults faults, Choices choices) {
    this.agenda = agenda;
    this.faults = faults;
    this.choices = choices;
  }

  void send(Runnable delivery) {
    if (faults.linkIsCut()) {
      cut = true;
      agenda.in(choices.between(100, 15_000), () -> cut = false);
    }
    if (!faults.messageIsLost()) {
      deliver(delivery);
    }
    if (faults.messageIsRepeated()) {
      deliver(delivery);
    }
  }

  private void deliver(Runnable delivery) {
    agenda.in(
        faults.messageMillis(),
        () -> {
          if (!cut) {
            delivery.run();
          }
        });
  }
}
