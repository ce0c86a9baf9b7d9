package org.mycoswarm.queue.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import org.junit.jupiter.api.Test;

class NothingPhonesHomeTest {
  @Test
  void theLibraryThatReportsUsageIsNotOnTheClassPath() {
    assertThatThrownBy(() -> Class.forName("net.openhft.chronicle.analytics.Analytics"))
        .isInstanceOf(ClassNotFoundException.class);
    assertThat(System.getProperty("java.class.path").split(File.pathSeparator))
        .noneMatch(jar -> jar.contains("chronicle-analytics"));
  }

  @Test
  void andItWouldBeTurnedOffIfItWere() {
    ChronicleRuntime.prepare();

    assertThat(System.getProperty("chronicle.analytics.disable")).isEqualTo("true");
    assertThat(System.getProperty("chronicle.announcer.disable")).isEqualTo("true");
  }
}
