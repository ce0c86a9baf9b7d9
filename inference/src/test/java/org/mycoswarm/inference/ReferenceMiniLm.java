package org.mycoswarm.inference;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;

/// all-MiniLM-L6-v2 once more, from the paper: plain loops in doubles over the weights in the file.
/// Slow and easy to read; what ONNX Runtime computes must agree with it.
final class ReferenceMiniLm {
  private static final int LAYERS = 6;
  private static final int HEADS = 12;
  private static final int HIDDEN = 384;
  private static final int HEAD = HIDDEN / HEADS;
  private static final double LAYER_NORM_EPSILON = 1e-12;

  private final Map<String, TensorProto> tensors;

  /// Names of the weights of a matrix multiplication, by the name of its node: the export lost
  /// them.
  private final Map<String, String> weightsOf;

  ReferenceMiniLm(Path onnx) throws IOException {
    ModelProto model = ModelProto.parseFrom(Files.readAllBytes(onnx));
    tensors =
        model.getGraph().getInitializerList().stream()
            .collect(Collectors.toMap(TensorProto::getName, Function.identity()));
    weightsOf =
        model.getGraph().getNodeList().stream()
            .filter(node -> node.getOpType().equals("MatMul"))
            .collect(Collectors.toMap(NodeProto::getName, node -> node.getInput(1)));
  }

  float[] embed(long[] ids) {
    double[][] x = embeddings(ids);
    for (int layer = 0; layer < LAYERS; layer++) {
      x = encoderLayer(x, "encoder.layer." + layer + ".");
    }
    double[] mean = new double[HIDDEN];
    for (double[] token : x) {
      for (int i = 0; i < HIDDEN; i++) {
        mean[i] += token[i] / x.length;
      }
    }
    return unitLength(mean);
  }

  private double[][] embeddings(long[] ids) {
    float[] words = weights("embeddings.word_embeddings.weight");
    float[] positions = weights("embeddings.position_embeddings.weight");
    float[] types = weights("embeddings.token_type_embeddings.weight");
    double[][] x = new double[ids.length][HIDDEN];
    for (int t = 0; t < ids.length; t++) {
      for (int i = 0; i < HIDDEN; i++) {
        x[t][i] = words[(int) ids[t] * HIDDEN + i] + positions[t * HIDDEN + i] + types[i];
      }
    }
    return layerNorm(x, "embeddings.LayerNorm");
  }

  private double[][] encoderLayer(double[][] x, String layer) {
    double[][] attended = dense(attention(x, layer), layer + "attention.output.dense");
    double[][] y = layerNorm(sum(attended, x), layer + "attention.output.LayerNorm");
    double[][] inner = map(dense(y, layer + "intermediate.dense"), ReferenceMiniLm::gelu);
    return layerNorm(sum(dense(inner, layer + "output.dense"), y), layer + "output.LayerNorm");
  }

  private double[][] attention(double[][] x, String layer) {
    double[][] q = dense(x, layer + "attention.self.query");
    double[][] k = dense(x, layer + "attention.self.key");
    double[][] v = dense(x, layer + "attention.self.value");
    double[][] out = new double[x.length][HIDDEN];
    for (int head = 0; head < HIDDEN; head += HEAD) {
      for (int t = 0; t < x.length; t++) {
        double[] share = new double[x.length];
        for (int s = 0; s < x.length; s++) {
          for (int i = head; i < head + HEAD; i++) {
            share[s] += q[t][i] * k[s][i] / Math.sqrt(HEAD);
          }
        }
        softmax(share);
        for (int s = 0; s < x.length; s++) {
          for (int i = head; i < head + HEAD; i++) {
            out[t][i] += share[s] * v[s][i];
          }
        }
      }
    }
    return out;
  }

  /// `encoder.layer.0.output.dense` adds the bias of that name; its weights hang on a node.
  private double[][] dense(double[][] x, String name) {
    String node = "/" + name.replace('.', '/').replace("layer/", "layer.") + "/MatMul";
    float[] weights = weights(weightsOf.getOrDefault(node, node));
    float[] bias = weights(name + ".bias");
    double[][] out = new double[x.length][bias.length];
    for (int t = 0; t < x.length; t++) {
      for (int j = 0; j < bias.length; j++) {
        out[t][j] = bias[j];
      }
      for (int i = 0; i < x[t].length; i++) {
        for (int j = 0; j < bias.length; j++) {
          out[t][j] += x[t][i] * weights[i * bias.length + j];
        }
      }
    }
    return out;
  }

  private double[][] layerNorm(double[][] x, String name) {
    float[] gain = weights(name + ".weight");
    float[] bias = weights(name + ".bias");
    double[][] out = new double[x.length][HIDDEN];
    for (int t = 0; t < x.length; t++) {
      double mean = 0;
      double variance = 0;
      for (double value : x[t]) {
        mean += value / HIDDEN;
      }
      for (double value : x[t]) {
        variance += (value - mean) * (value - mean) / HIDDEN;
      }
      for (int i = 0; i < HIDDEN; i++) {
        out[t][i] = (x[t][i] - mean) / Math.sqrt(variance + LAYER_NORM_EPSILON) * gain[i] + bias[i];
      }
    }
    return out;
  }

  private float[] weights(String name) {
    TensorProto tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("There are no weights '" + name + "'");
    }
    FloatBuffer floats =
        tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float[] copy = new float[floats.remaining()];
    floats.get(copy);
    return copy;
  }

  private static double[][] sum(double[][] a, double[][] b) {
    double[][] sum = new double[a.length][HIDDEN];
    for (int t = 0; t < a.length; t++) {
      for (int i = 0; i < HIDDEN; i++) {
        sum[t][i] = a[t][i] + b[t][i];
      }
    }
    return sum;
  }

  private static double[][] map(double[][] x, DoubleUnaryOperator function) {
    for (double[] row : x) {
      for (int i = 0; i < row.length; i++) {
        row[i] = function.applyAsDouble(row[i]);
      }
    }
    return x;
  }

  private static double gelu(double x) {
    return x / 2 * (1 + erf(x / Math.sqrt(2)));
  }

  /// Abramowitz and Stegun 7.1.26: off by at most 1.5e-7.
  private static double erf(double x) {
    double t = 1 / (1 + 0.3275911 * Math.abs(x));
    double polynomial =
        t
            * (0.254829592
                + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
    return Math.signum(x) * (1 - polynomial * Math.exp(-x * x));
  }

  private static void softmax(double[] x) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      x[i] = Math.exp(x[i]);
      sum += x[i];
    }
    for (int i = 0; i < x.length; i++) {
      x[i] /= sum;
    }
  }

  private static float[] unitLength(double[] x) {
    double squares = 0;
    for (double value : x) {
      squares += value * value;
    }
    float[] unit = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      unit[i] = (float) (x[i] / Math.sqrt(squares));
    }
    return unit;
  }
}
