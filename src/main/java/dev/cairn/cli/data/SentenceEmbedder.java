/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.data;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Map;

/**
 * Turns texts into vectors with the all-MiniLM-L6-v2 sentence model (8-bit weights, run by ONNX):
 * the mean over the token vectors, scaled to length one. Safe for use by several threads; each call
 * computes on the calling thread alone.
 */
public final class SentenceEmbedder implements TextEmbedder, AutoCloseable {
  private static final int DIMENSION = 384;

  /** What the model was trained to read at most; the rest of a longer text is not seen. */
  private static final int MAX_TOKENS = 256;

  private static final String MODEL_RESOURCE = "/all-minilm-l6-v2-q.onnx";
  private static final String VOCABULARY_RESOURCE = "/all-minilm-l6-v2-q-tokenizer.json";

  private final WordPieceTokenizer tokenizer;
  private final OrtEnvironment environment;
  private final OrtSession session;

  /**
   * Loads model and vocabulary from the class path.
   *
   * @throws IOException if they are missing or the ONNX runtime refuses them
   */
  public SentenceEmbedder() throws IOException {
    tokenizer = WordPieceTokenizer.fromResource(VOCABULARY_RESOURCE, MAX_TOKENS);
    environment = OrtEnvironment.getEnvironment();
    try (InputStream in = SentenceEmbedder.class.getResourceAsStream(MODEL_RESOURCE);
        OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      if (in == null) {
        throw new IOException("the model is not on the class path: no resource " + MODEL_RESOURCE);
      }
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      session = environment.createSession(in.readAllBytes(), options);
    } catch (OrtException e) {
      throw new IOException("cannot load the sentence model " + MODEL_RESOURCE, e);
    }
  }

  @Override
  public String model() {
    return "all-MiniLM-L6-v2-q";
  }

  @Override
  public int dimension() {
    return DIMENSION;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Texts are not computed in batches: the model's 8-bit activations are scaled by what shares
   * their batch, so that a text would have one vector alone and another in company.
   */
  @Override
  public float[] embed(String text) throws IOException {
    int[] tokens = tokenizer.tokenize(text);
    long[] ids = Arrays.stream(tokens).asLongStream().toArray();
    long[] mask = new long[ids.length];
    Arrays.fill(mask, 1);
    try (OnnxTensor idTensor = tensor(ids);
        OnnxTensor maskTensor = tensor(mask);
        OnnxTensor typeTensor = tensor(new long[ids.length]);
        OrtSession.Result result =
            session.run(
                Map.of(
                    "input_ids", idTensor,
                    "attention_mask", maskTensor,
                    "token_type_ids", typeTensor))) {
      return meanOfUnitLength(((OnnxTensor) result.get(0)).getFloatBuffer(), ids.length);
    } catch (OrtException e) {
      throw new IOException("the sentence model failed on: " + text, e);
    }
  }

  private OnnxTensor tensor(long[] values) throws OrtException {
    return OnnxTensor.createTensor(
        environment, LongBuffer.wrap(values), new long[] {1, values.length});
  }

  private static float[] meanOfUnitLength(FloatBuffer hidden, int tokenCount) {
    float[] sum = new float[DIMENSION];
    float[] token = new float[DIMENSION];
    for (int t = 0; t < tokenCount; t++) {
      hidden.get(t * DIMENSION, token);
      for (int d = 0; d < DIMENSION; d++) {
        sum[d] += token[d];
      }
    }
    double squares = 0;
    for (float value : sum) {
      squares += (double) value * value;
    }
    float scale = squares == 0 ? 0 : (float) (1 / Math.sqrt(squares));
    for (int d = 0; d < DIMENSION; d++) {
      sum[d] *= scale;
    }
    return sum;
  }

  @Override
  public void close() throws IOException {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IOException("cannot close the sentence model", e);
    }
  }
}
