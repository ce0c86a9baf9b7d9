package org.mycoswarm.queue.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class IdsTest {
  @Test
  void aLeaseIdIsReadAsItIsWritten() {
    LeaseId lease = new LeaseId(new TaskId(new JobId("01j-x"), 7), 2);

    assertThat(lease).hasToString("01j-x.7.2");
    assertThat(LeaseId.parse("01j-x.7.2")).isEqualTo(lease);
  }

  @Test
  void anIdOfTheWrongFormIsNamed() {
    assertThatThrownBy(() -> LeaseId.parse("nonsense"))
        .hasMessage("Expected a lease id of the form 'job.number.attempt', but it is 'nonsense'");
    assertThatThrownBy(() -> LeaseId.parse("a.1.x"))
        .hasMessage("Expected a whole number at the end of the id 'a.1.x', but it is 'x'");
    assertThatThrownBy(() -> LeaseId.parse("a.1.0"))
        .hasMessage("Expected an attempt of 1 or more, but it is 0");
    assertThatThrownBy(() -> TaskId.parse("A.1"))
        .hasMessage(
            "Expected a job id of 1 to 40 lower-case letters, digits or hyphens, but it is 'A'");
    assertThatThrownBy(() -> TaskId.parse("a.99999999999"))
        .hasMessage(
            "Expected a whole number at the end of the id 'a.99999999999', but it is '99999999999'");
    assertThatThrownBy(() -> new NodeId("no spaces"))
        .hasMessage(
            "Expected a node id of 1 to 64 letters, digits, dots, underscores or hyphens, but it is"
                + " 'no spaces'");
    assertThatThrownBy(() -> new BlobHash("abc"))
        .hasMessage("Expected a SHA-256 of 64 lower-case hexadecimal digits, but it is 'abc'");
  }
}
