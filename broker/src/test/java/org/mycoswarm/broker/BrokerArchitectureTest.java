package org.mycoswarm.broker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class BrokerArchitectureTest {
  private static final JavaClasses BROKER =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.mycoswarm.broker");

  @Test
  void httpIsSpokenOnlyAtTheDoor() {
    noClasses()
        .that()
        .resideOutsideOfPackages("..broker.api..", "..broker.openai..", "..broker.server..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jakarta.ws.rs..", "org.glassfish.jersey..", "org.eclipse.jetty..")
        .because("what the broker does must be testable, and reachable, without HTTP")
        .check(BROKER);
  }

  @Test
  void resourcesDoNotKnowTheServerThatCarriesThem() {
    noClasses()
        .that()
        .resideInAnyPackage("..broker.api..", "..broker.openai..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("..broker.server..", "org.eclipse.jetty..")
        .because("the door is chosen once, and the API does not care which")
        .check(BROKER);
  }

  @Test
  void jsonIsReadAndWrittenAtTheRim() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "..broker.api..",
            "..broker.collections..",
            "..broker.results..",
            "..broker.schedules..",
            "..broker.webhooks..",
            "..broker.embedding..",
            "..broker.models..",
            "..broker.openai..",
            "..broker.chat..",
            "..broker.pipelines..",
            "..broker.upload..",
            "..broker.projection..",
            "..broker.history..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.fasterxml..")
        .because("JSON is a shape for others; inside there are types")
        .check(BROKER);
  }

  @Test
  void theTablesAreOneOpinionAndNobodyElseSpeaksSql() {
    noClasses()
        .that()
        .resideOutsideOfPackages("..broker.projection..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.jdbi..", "org.h2..", "java.sql..")
        .because("the log is the truth, and only the projection may forget it")
        .check(BROKER);
  }

  @Test
  void theBrokerNeverComputes() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.onnxruntime..", "ai.djl..", "org.mycoswarm.inference..")
        .because("a broker must run on the smallest machine of the house")
        .check(BROKER);
  }
}
