package org.mycoswarm.broker.chat;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The models of one source that conversations can be held with now. Thread-safe.
public interface ChatModels {
  /// @param model name or digest
  /// @return empty when this source does not have it now
  Optional<ChatModel> find(String model);

  /// All that can be had now, each once.
  List<ChatModel> all();

  /// Several sources as one: the first that has a model gives it.
  static ChatModels inOrder(List<ChatModels> sources) {
    List<ChatModels> all = List.copyOf(sources);
    return new ChatModels() {
      @Override
      public Optional<ChatModel> find(String model) {
        return all.stream().flatMap(source -> source.find(model).stream()).findFirst();
      }

      @Override
      public List<ChatModel> all() {
        Stream<ChatModel> models = all.stream().flatMap(source -> source.all().stream());
        return models.filter(new FirstOfItsName()).toList();
      }
    };
  }
}
