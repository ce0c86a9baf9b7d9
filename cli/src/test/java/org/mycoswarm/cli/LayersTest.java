package org.mycoswarm.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// Who may know whom in the command line.
class LayersTest {
  private final JavaClasses ours =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.mycoswarm.cli");

  @Test
  void ofOursOnlyTheSchemaAndTheMeasuresAreKnown() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "org.mycoswarm.cli..",
            "org.mycoswarm.schema..",
            "org.mycoswarm.evaluation..",
            "com.fasterxml.jackson..",
            "picocli..",
            "org.jspecify..",
            "java..",
            "javax.crypto..")
        .because("the command is a client of the protocol like any other, and starts programs")
        .check(ours);
  }

  @Test
  void onlyCommandsKnowTheCommandLine() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.mycoswarm.cli.command..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..")
        .because("what the commands do must not depend on how they are typed")
        .check(ours);
  }

  @Test
  void onlyMainEndsTheProcess() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("org.mycoswarm.cli.Main")
        .should()
        .callMethod(System.class, "exit", int.class)
        .because("commands run inside tests")
        .check(ours);
  }
}
