package org.mycoswarm.broker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.mycoswarm.broker.api.KnownModels;
import org.mycoswarm.broker.api.ModelCatalogue.Model;

/// The embedding models that can be asked for by name.
@Path("v1/models")
@Produces(MediaType.APPLICATION_JSON)
public final class ModelsResource {
  private final KnownModels models;

  public ModelsResource(KnownModels models) {
    this.models = models;
  }

  @GET
  public JsonNode list() {
    ObjectNode list = JsonNodeFactory.instance.objectNode().put("object", "list");
    ArrayNode data = list.putArray("data");
    models.all().forEach(model -> data.add(view(model)));
    return list;
  }

  @GET
  @Path("{model}")
  public JsonNode one(@PathParam("model") String name) {
    return view(Embeddings.model(models, name));
  }

  /// When a model was made is not known, so that `created` is the beginning of 1970.
  private static JsonNode view(Model model) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", model.name())
        .put("object", "model")
        .put("created", 0)
        .put("owned_by", "mycoswarm");
  }
}
