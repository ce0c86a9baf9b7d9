package org.mycoswarm.node.discovery;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.mycoswarm.node.client.Token;

/// How a broker shows that it knows the token without saying it: HMAC-SHA-256 over a fresh nonce.
public final class TokenProof {
  private TokenProof() {}

  /// @param broker its id
  /// @param nonce as it was sent, in hexadecimal
  /// @return in hexadecimal
  public static String of(Token token, String broker, String nonce) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(token.secret().getBytes(UTF_8), "HmacSHA256"));
      String message = String.join("\n", "mycoswarm identity", broker, nonce);
      return HexFormat.of().formatHex(mac.doFinal(message.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has HmacSHA256", e);
    }
  }

  /// Compares in constant time.
  static boolean holds(String proof, Token token, String broker, String nonce) {
    return MessageDigest.isEqual(proof.getBytes(UTF_8), of(token, broker, nonce).getBytes(UTF_8));
  }
}
