package org.mycoswarm.node;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses NODE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.mycoswarm.node");

  @Test
  void aNodeKnowsTheBrokerOnlyByItsProtocol() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.mycoswarm.queue..",
            "org.mycoswarm.broker..",
            "org.mycoswarm.cli..",
            "net.openhft..",
            "org.h2..",
            "org.jdbi..")
        .because(
            "a node must not link the log, and another language must be able to do what it does")
        .check(NODE);
  }

  @Test
  void onlyTheExecutorsAndTheProbesComputeWithModels() {
    noClasses()
        .that()
        .resideInAnyPackage("..node.discovery..", "..node.client..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.mycoswarm.inference..", "..node.work..", "..node.capability..")
        .because("finding and asking a broker needs no native library")
        .check(NODE);
  }

  @Test
  void onlyDiscoveryKnowsMulticast() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..node.discovery..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("javax.jmdns..")
        .because("how a broker is found is hidden behind BrokerLocator")
        .check(NODE);
  }
}
