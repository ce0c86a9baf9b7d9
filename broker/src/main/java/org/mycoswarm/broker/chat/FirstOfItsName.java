package org.mycoswarm.broker.chat;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/// Lets the first model of each name pass. For one stream.
final class FirstOfItsName implements Predicate<ChatModel> {
  private final Set<String> names = new HashSet<>();

  @Override
  public boolean test(ChatModel model) {
    return names.add(model.name());
  }
}
