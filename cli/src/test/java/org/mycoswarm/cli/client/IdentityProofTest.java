package org.mycoswarm.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.mycoswarm.schema.wire.BrokerIdentity;

class IdentityProofTest {
  /// hmac.new(b'secret', b'mycoswarm identity\nb1\n00ff', 'sha256') in Python.
  private static final String BY_PYTHON =
      "e0c6c32985ed8ff24310825564ba6ab44b49c562f14e733a175d285024ab070f";

  @Test
  void isWhatAnotherImplementationComputes() {
    assertThat(IdentityProof.of("b1", "secret", "00ff")).isEqualTo(BY_PYTHON);
  }

  @Test
  void holdsForTheSameTokenBrokerAndNonceOnly() {
    BrokerIdentity identity = new BrokerIdentity("b1", BY_PYTHON);

    assertThat(IdentityProof.holds(identity, "secret", "00ff")).isTrue();
    assertThat(IdentityProof.holds(identity, "other", "00ff")).isFalse();
    assertThat(IdentityProof.holds(identity, "secret", "00fe")).isFalse();
    assertThat(IdentityProof.holds(new BrokerIdentity("b2", BY_PYTHON), "secret", "00ff"))
        .isFalse();
  }
}
