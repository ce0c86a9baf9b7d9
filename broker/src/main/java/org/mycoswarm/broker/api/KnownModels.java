package org.mycoswarm.broker.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.api.ModelCatalogue.Model;
import org.mycoswarm.broker.models.ModelRecord;
import org.mycoswarm.broker.models.Models;
import org.mycoswarm.broker.projection.NodeTables;
import org.mycoswarm.schema.wire.NodeView;
import org.mycoswarm.schema.wire.Page;

/// The embedding models of the catalogue, those that were registered, and those that nodes brought.
/// Thread-safe; asks the tables.
public final class KnownModels {
  private static final int PAGE = 500;

  private final ModelCatalogue catalogue;
  private final Models registered;
  private final NodeTables nodes;

  public KnownModels(ModelCatalogue catalogue, Models registered, NodeTables nodes) {
    this.registered = registered;
    this.catalogue = catalogue;
    this.nodes = nodes;
  }

  /// @param wanted a name or a digest; null for the light default
  /// @throws ProblemException `model-unknown`, with the names that are known
  public Model find(@Nullable String wanted) {
    return catalogue.find(wanted, this::others);
  }

  /// Every model once, those of the catalogue first.
  public List<Model> all() {
    Map<String, Model> byDigest = new LinkedHashMap<>();
    Stream.concat(catalogue.all().stream(), others())
        .forEach(model -> byDigest.putIfAbsent(model.digest(), model));
    return List.copyOf(byDigest.values());
  }

  private Stream<Model> others() {
    Stream<Model> encoders =
        registered.all().stream()
            .filter(ModelRecord::isEmbedding)
            .map(
                model ->
                    new Model(
                        model.name(), model.digest(), 0, model.contextTokens(), "registered"));
    return Stream.concat(encoders, brought());
  }

  private Stream<Model> brought() {
    List<NodeView> all = new ArrayList<>();
    String cursor = null;
    do {
      Page<NodeView> page = nodes.nodes(PAGE, cursor);
      all.addAll(page.items());
      cursor = page.next();
    } while (cursor != null);
    return all.stream().flatMap(NodeProfiles::models).distinct();
  }
}
