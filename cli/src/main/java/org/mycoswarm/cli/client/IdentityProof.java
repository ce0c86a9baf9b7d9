package org.mycoswarm.cli.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.mycoswarm.schema.wire.BrokerIdentity;

/// Checks that who answers knows the token, before the token is shown to it.
final class IdentityProof {
  private IdentityProof() {}

  static boolean holds(BrokerIdentity identity, String token, String nonce) {
    return MessageDigest.isEqual(
        of(identity.broker(), token, nonce).getBytes(UTF_8), identity.proof().getBytes(UTF_8));
  }

  /// In hexadecimal.
  static String of(String broker, String token, String nonce) {
    String words = String.join("\n", "mycoswarm identity", broker, nonce);
    return HexFormat.of().formatHex(hmac(token, words));
  }

  private static byte[] hmac(String token, String words) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(token.getBytes(UTF_8), "HmacSHA256"));
      return mac.doFinal(words.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Expected every JDK to have HmacSHA256, but: " + e, e);
    }
  }
}
