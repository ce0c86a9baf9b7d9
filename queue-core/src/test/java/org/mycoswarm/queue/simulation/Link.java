package org.mycoswarm.queue.simulation;

/// The way between the broker and one of the others: messages get lost, come twice, come late,
/// overtake each other, and sometimes none comes through for a while.
final class Link {
  private final Agenda agenda;
  private final Faults faults;
  private final Choices.Stream choices;
  private boolean cut;

  Link(Agenda agenda, Faults faults, Choices.Stream choices) {
    this.agenda = agenda;
    this.faults = faults;
    this.choices = choices;
  }

  void send(Runnable delivery) {
    if (faults.linkIsCut(choices)) {
      cut = true;
      agenda.in(choices.between(100, 15_000), () -> cut = false);
    }
    if (!faults.messageIsLost(choices)) {
      deliver(delivery);
    }
    if (faults.messageIsRepeated(choices)) {
      deliver(delivery);
    }
  }

  private void deliver(Runnable delivery) {
    agenda.in(
        faults.messageMillis(choices),
        () -> {
          if (!cut) {
            delivery.run();
          }
        });
  }
}
