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
import org.mycoswarm.broker.chat.ChatModels;

/// The models that can be asked for by name: to embed with, and to hold conversations with.
@Path("v1/models")
@Produces(MediaType.APPLICATION_JSON)
public final class ModelsResource {
  private final KnownModels models;
  private final ChatModels chat;

  public ModelsResource(KnownModels models, ChatModels chat) {
    this.models = models;
    this.chat = chat;
  }

  @GET
  public JsonNode list() {
    ObjectNode list = JsonNodeFactory.instance.objectNode().put("object", "list");
    ArrayNode data = list.putArray("data");
    models.all().forEach(model -> data.add(view(model.name())));
    chat.all().forEach(model -> data.add(view(model.name())));
    return list;
  }

  @GET
  @Path("{model}")
  public JsonNode one(@PathParam("model") String name) {
    return chat.find(name)
        .map(model -> view(model.name()))
        .orElseGet(() -> view(Embeddings.model(models, name).name()));
  }

  /// When a model was made is not known, so that `created` is the beginning of 1970.
  private static JsonNode view(String name) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", name)
        .put("object", "model")
        .put("created", 0)
        .put("owned_by", "mycoswarm");
  }
}
