package org.mycoswarm.broker.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Shows that the broker knows the token without telling it.
final class IdentityProof {
  private static final String ALGORITHM = "HmacSHA256";

  private IdentityProof() {}

  /// HMAC-SHA-256, keyed with the token, over `mycoswarm identity`, the broker's id and the nonce,
  /// joined by line feeds; in hexadecimal.
  ///
  /// @param nonce as it was sent
  static String of(String token, String broker, String nonce) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(token.getBytes(UTF_8), ALGORITHM));
      byte[] proof = mac.doFinal(("mycoswarm identity\n" + broker + "\n" + nonce).getBytes(UTF_8));
      return HexFormat.of().formatHex(proof);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has " + ALGORITHM, e);
    }
  }
}
