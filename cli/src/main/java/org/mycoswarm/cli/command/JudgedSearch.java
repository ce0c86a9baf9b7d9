package org.mycoswarm.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.cli.output.Figures;
import org.mycoswarm.evaluation.Judgements;
import org.mycoswarm.evaluation.Topic;
import org.mycoswarm.schema.wire.SearchAnswer;
import org.mycoswarm.schema.wire.SearchRequest;

/// Asks a collection the topics of a test collection, and names what it finds as the judgements do.
/// For one thread.
final class JudgedSearch {
  private static final int DOCUMENTS_MAX = 100;

  private final BrokerClient client;
  private final String collection;
  private final String mode;
  private final boolean exact;
  private final Set<String> judged = new LinkedHashSet<>();
  private final TreeMap<String, Integer> otherwise = new TreeMap<>();
  private boolean met;

  JudgedSearch(
      BrokerClient client, String collection, String mode, boolean exact, Judgements judgements) {
    this.client = client.patient(EmbedCommand.PATIENCE);
    this.collection = collection;
    this.mode = mode;
    this.exact = exact;
    judgements.relevant().values().forEach(judged::addAll);
  }

  /// The documents that are found, best first.
  List<String> of(Topic topic) {
    SearchAnswer answer =
        Wire.read(
            SearchCommand.search(
                client,
                collection,
                new SearchRequest(
                    topic.text(), mode, DOCUMENTS_MAX, null, null, null, null, exact)),
            SearchAnswer.class);
    String note = answer.note();
    if (!answer.mode().equals(mode)) {
      otherwise.merge(note == null ? "as " + answer.mode() : note, 1, Integer::sum);
    }
    return answer.hits().stream().map(hit -> name(hit.path())).distinct().toList();
  }

  /// What makes the numbers mean something else than it seems.
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    otherwise.forEach(
        (why, topics) ->
            notes.add(
                "%s not searched by '%s': %s"
                    .formatted(Figures.count(topics, "topic"), mode, why)));
    if (!met) {
      notes.add(
          "No document that was found is named in the judgements; a judged document is a file's path or name, with or without its ending.");
    }
    return notes;
  }

  /// The path, the name, or the name without its ending: whichever is judged.
  private String name(String path) {
    String file = path.substring(path.lastIndexOf('/') + 1);
    int dot = file.lastIndexOf('.');
    String known = judgedAs(path, file, dot > 0 ? file.substring(0, dot) : file);
    met |= known != null;
    return known == null ? path : known;
  }

  private @Nullable String judgedAs(String... names) {
    for (String name : names) {
      if (judged.contains(name)) {
        return name;
      }
    }
    return null;
  }
}
