package org.mycoswarm.evaluation;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// What this module must not touch, and why.
class WallsTest {
  @Test
  void measures_know_nothing_of_what_they_measure() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("org.mycoswarm.evaluation..", "org.jspecify..", "java..")
        .because("the command measures a broker with them, and the tests an index")
        .check(
            new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("org.mycoswarm.evaluation"));
  }
}
