package org.mycoswarm.broker.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.mycoswarm.broker.models.ModelRecord;
import org.mycoswarm.broker.models.ModelRejected;
import org.mycoswarm.broker.models.Models;
import org.mycoswarm.broker.pipelines.Encoders;
import org.mycoswarm.broker.pipelines.PipelineUnavailable;
import org.mycoswarm.broker.pipelines.StageRefused;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.ForwardAnswer;
import org.mycoswarm.schema.wire.ForwardCall;
import org.mycoswarm.sharding.frame.Frame;
import org.mycoswarm.sharding.frame.FrameDamaged;
import org.mycoswarm.sharding.frame.Tensor;

/// Where nodes have texts taken through the stages of an encoder. Bodies are frames, because floats
/// as text would be many times as long.
@Path("api/v1/models/{model}/forward")
public final class ForwardResource {
  private static final int TEXTS_MAX = 64;
  private static final int BYTES_MAX = 8 << 20;

  private final Models models;
  private final Encoders encoders;

  ForwardResource(Models models, Encoders encoders) {
    this.models = models;
    this.encoders = encoders;
  }

  @POST
  @Consumes(MediaType.APPLICATION_OCTET_STREAM)
  @Produces(MediaType.APPLICATION_OCTET_STREAM)
  public Response forward(@PathParam("model") String wanted, InputStream body)
      throws IOException, InterruptedException {
    ModelRecord model = encoder(wanted);
    List<List<Integer>> texts = texts(model, call(body));
    byte[] answer = frame(answered(model, texts));
    return Response.ok(answer).header("Content-Length", answer.length).build();
  }

  private ModelRecord encoder(String wanted) {
    ModelRecord model =
        models.find(wanted).orElseThrow(() -> ModelsResource.unknown(wanted, models.all()));
    if (!model.isEncoder()) {
      throw new ProblemException(
          ProblemType.UNPROCESSABLE,
          "Expected an encoder, but '%s' is a decoder; ask it over POST /v1/chat/completions"
              .formatted(model.name()));
    }
    return model;
  }

  private static ForwardCall call(InputStream body) throws IOException {
    byte[] bytes = body.readNBytes(BYTES_MAX + 1);
    if (bytes.length > BYTES_MAX) {
      throw new ProblemException(
          ProblemType.TOO_LARGE,
          "Expected texts in at most %,d bytes, but there are more; nothing was computed"
              .formatted(BYTES_MAX));
    }
    try {
      Frame frame = Frame.decode(ByteBuffer.wrap(bytes));
      return StrictJson.read(frame.header().getBytes(UTF_8), ForwardCall.class);
    } catch (FrameDamaged e) {
      throw ProblemException.badRequest(
          "Expected a frame with texts, but: %s Nothing was computed".formatted(e.getMessage()));
    }
  }

  private static List<List<Integer>> texts(ModelRecord model, ForwardCall call) {
    List<List<Integer>> texts = call.ids();
    Inputs.between("the number of texts", texts.size(), 1, TEXTS_MAX);
    for (List<Integer> ids : texts) {
      Inputs.between("the number of tokens of a text", ids.size(), 1, model.contextTokens());
    }
    return texts;
  }

  private List<Tensor> answered(ModelRecord model, List<List<Integer>> texts)
      throws InterruptedException {
    try {
      return encoders.forward(model, texts);
    } catch (PipelineUnavailable e) {
      throw unavailable(e);
    } catch (StageRefused e) {
      // A stage whose model fails may do so again, so nobody is told to come back for it.
      throw new ProblemException(
          e.isAboutTheCall() ? ProblemType.UNPROCESSABLE : ProblemType.INTERNAL,
          String.valueOf(e.getMessage()));
    } catch (ModelRejected e) {
      throw new ProblemException(ProblemType.UNPROCESSABLE, String.valueOf(e.getMessage()));
    }
  }

  private static ProblemException unavailable(RuntimeException e) {
    return new ProblemException(
        ProblemType.UNAVAILABLE, String.valueOf(e.getMessage()), Map.of("Retry-After", "1"));
  }

  private static byte[] frame(List<Tensor> answers) throws JsonProcessingException {
    List<Tensor> named = new ArrayList<>();
    for (Tensor answer : answers) {
      String name = Integer.toString(named.size());
      named.add(new Tensor(name, answer.type(), answer.shape(), answer.data()));
    }
    String header = Json.LENIENT.writeValueAsString(new ForwardAnswer(named.size()));
    try {
      ByteBuffer frame = new Frame(header, named).encode();
      byte[] bytes = new byte[frame.remaining()];
      frame.get(bytes);
      return bytes;
    } catch (IllegalArgumentException e) {
      throw new ProblemException(
          ProblemType.UNPROCESSABLE,
          "Expected an answer that fits into a frame, but: %s Send fewer texts at a time"
              .formatted(e.getMessage()));
    }
  }
}
