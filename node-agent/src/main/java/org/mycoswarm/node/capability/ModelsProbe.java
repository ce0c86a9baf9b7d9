package org.mycoswarm.node.capability;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.mycoswarm.inference.Device;
import org.mycoswarm.inference.Model;
import org.mycoswarm.inference.ModelStore;
import org.mycoswarm.node.ModelShelf;
import org.mycoswarm.node.work.ChunkExecutor;
import org.mycoswarm.schema.wire.CapabilityView;

/// The models in the folder: for each this node can cut documents, because it has the tokenizer.
record ModelsProbe(ModelShelf shelf) implements Probe {
  @Override
  public String name() {
    return "models";
  }

  @Override
  public Finding probe() {
    ModelStore store = shelf.models();
    List<Missing> missing = new ArrayList<>();
    store.broken().forEach(broken -> missing.add(new Missing("model", broken.reason())));
    if (store.models().isEmpty() && missing.isEmpty()) {
      missing.add(
          new Missing(
              "models",
              "Expected a model in '%s', but the folder is empty; this node can neither chunk nor embed"
                  .formatted(shelf.folder())));
    }
    List<CapabilityView> chunk = store.models().stream().map(ModelsProbe::chunk).toList();
    return new Finding(Map.of(), chunk, missing);
  }

  private static CapabilityView chunk(Model model) {
    return new CapabilityView(
        ChunkExecutor.KIND, model.digest(), model.name(), Device.CPU, 0, null);
  }
}
