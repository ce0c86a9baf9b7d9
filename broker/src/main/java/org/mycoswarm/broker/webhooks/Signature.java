package org.mycoswarm.broker.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Signs messages by the scheme of Standard Webhooks, version 1: the receiver, who has the same
/// secret, knows that a message is ours, whole, and of now.
final class Signature {
  private static final String PREFIX = "whsec_";
  private static final int BYTES_MIN = 18;
  private static final int BYTES_MAX = 64;

  private final SecretKeySpec key;

  private Signature(SecretKeySpec key) {
    this.key = key;
  }

  /// @param secret `whsec_` and 18 to 64 bytes in base 64
  /// @throws IllegalArgumentException when it is no such secret; the message does not repeat it
  static Signature of(String secret) {
    byte[] bytes = secret.startsWith(PREFIX) ? decoded(secret.substring(PREFIX.length())) : null;
    if (bytes == null || bytes.length < BYTES_MIN || bytes.length > BYTES_MAX) {
      throw new IllegalArgumentException(
          "Expected a secret of 'whsec_' and %d to %d bytes in base 64, but it is none"
              .formatted(BYTES_MIN, BYTES_MAX));
    }
    return new Signature(new SecretKeySpec(bytes, "HmacSHA256"));
  }

  /// @param seconds since 1970, when it is sent
  /// @return the value of the header `webhook-signature`
  String of(String id, long seconds, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      mac.update((id + "." + seconds + ".").getBytes(UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("Every Java platform has HmacSHA256", e);
    }
  }

  private static byte @Nullable [] decoded(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
