package org.mycoswarm.broker.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.api.ModelCatalogue.Model;
import org.mycoswarm.broker.projection.NodeTables;
import org.mycoswarm.schema.wire.NodeView;
import org.mycoswarm.schema.wire.Page;

/// The models of the catalogue and those that nodes brought. Thread-safe; asks the tables.
public final class KnownModels {
  private static final int PAGE = 500;

  private final ModelCatalogue catalogue;
  private final NodeTables nodes;

  public KnownModels(ModelCatalogue catalogue, NodeTables nodes) {
    this.catalogue = catalogue;
    this.nodes = nodes;
  }

  /// @param wanted a name or a digest; null for the light default
  /// @throws ProblemException `model-unknown`, with the names that are known
  public Model find(@Nullable String wanted) {
    return catalogue.find(wanted, this::brought);
  }

  /// Every model once, those of the catalogue first.
  public List<Model> all() {
    Map<String, Model> byDigest = new LinkedHashMap<>();
    Stream.concat(catalogue.all().stream(), brought())
        .forEach(model -> byDigest.putIfAbsent(model.digest(), model));
    return List.copyOf(byDigest.values());
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
