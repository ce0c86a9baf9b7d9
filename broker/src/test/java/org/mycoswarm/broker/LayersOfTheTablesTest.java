package org.mycoswarm.broker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

final class LayersOfTheTablesTest {
  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.mycoswarm.broker");

  @Test
  void onlyTheProjectionKnowsThatThereIsADatabase() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..broker.projection..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.jdbi..", "java.sql..", "javax.sql..", "org.h2..")
        .because("tables are never the truth, and must stay replaceable in one place")
        .check(classes);
  }

  @Test
  void theTablesKnowNeitherBlobsNorHttp() {
    noClasses()
        .that()
        .resideInAPackage("..broker.projection..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "..broker.results..",
            "..broker.upload..",
            "..broker.blobs..",
            "..broker.api..",
            "jakarta.ws..")
        .because("they are a fold over the log and nothing else")
        .check(classes);
  }
}
