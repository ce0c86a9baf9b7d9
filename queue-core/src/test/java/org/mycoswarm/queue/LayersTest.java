package org.mycoswarm.queue;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// Who may know whom in here, and why.
class LayersTest {
  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.mycoswarm.queue");

  private static final String DOMAIN = "org.mycoswarm.queue.domain..";
  private static final String LOG = "org.mycoswarm.queue.log..";
  private static final String ENGINE = "org.mycoswarm.queue.engine..";

  @Test
  void onlyTheChronicleAdapterKnowsChronicle() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.mycoswarm.queue.log.chronicle..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("net.openhft..")
        .because("the durable log must be replaceable, and Chronicle alone is not safe")
        .check(OURS);
  }

  @Test
  void onlyTheJsonAdapterKnowsJackson() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.mycoswarm.queue.log.json..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.fasterxml.jackson..")
        .because("how an event looks on disk must not shape what an event is")
        .check(OURS);
  }

  @Test
  void theDomainKnowsNothingButItselfAndPlainJava() {
    classes()
        .that()
        .resideInAPackage(DOMAIN)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            DOMAIN,
            "java.lang",
            "java.lang.invoke",
            "java.lang.runtime",
            "java.util",
            "java.util.function",
            "java.util.regex",
            "java.util.stream",
            "java.time",
            "java.security",
            "java.nio",
            "java.nio.charset",
            "org.jspecify.annotations")
        .because("the rules of the queue must be testable without anything around them")
        .check(OURS);
  }

  @Test
  void theDomainHasNoClockNoChanceAndNoThreads() {
    noClasses()
        .that()
        .resideInAPackage(DOMAIN)
        .should()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(java.util.UUID.class, "randomUUID")
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(
            java.time.Clock.class,
            java.time.InstantSource.class,
            java.util.Random.class,
            java.security.SecureRandom.class,
            Thread.class)
        .because("time, chance and identity come in as data, so that a replay decides the same")
        .check(OURS);
  }

  @Test
  void theDomainKnowsNeitherLogNorEngine() {
    noClasses()
        .that()
        .resideInAPackage(DOMAIN)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(LOG, ENGINE)
        .because("domain <- log <- engine: a rule that needs the disk is no rule")
        .check(OURS);
  }

  @Test
  void theLogDoesNotKnowTheEngine() {
    noClasses()
        .that()
        .resideInAPackage(LOG)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ENGINE)
        .because("domain <- log <- engine: the log stores what it is given and decides nothing")
        .check(OURS);
  }

  @Test
  void theEngineKnowsOnlyThePortsOfTheLog() {
    noClasses()
        .that()
        .resideInAPackage(ENGINE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.mycoswarm.queue.log.chronicle..",
            "org.mycoswarm.queue.log.memory..",
            "org.mycoswarm.queue.log.json..",
            "org.mycoswarm.queue.log.files..")
        .allowEmptyShould(true)
        .because("the same engine runs on the disk and in the simulator")
        .check(OURS);
  }

  @Test
  void theWireShapesStayOutside() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.mycoswarm.schema..")
        .because("what a client sees and what the queue decides change for different reasons")
        .check(OURS);
  }
}
