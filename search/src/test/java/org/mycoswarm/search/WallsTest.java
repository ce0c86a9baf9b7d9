package org.mycoswarm.search;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// What this module must not touch, and why.
class WallsTest {
  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.mycoswarm.search");

  @Test
  void an_index_knows_no_other_module() {
    noClasses()
        .that()
        .resideInAPackage("org.mycoswarm.search..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.mycoswarm.queue..",
            "org.mycoswarm.schema..",
            "org.mycoswarm.inference..",
            "org.mycoswarm.broker..",
            "org.mycoswarm.node..",
            "org.mycoswarm.cli..")
        .because("it must be usable, and testable, without a swarm and without a model")
        .check(OURS);
  }

  @Test
  void lucene_is_behind_one_wall() {
    noClasses()
        .that()
        .haveNameNotMatching(
            "org[.]mycoswarm[.]search[.](Lucene.*|Leaf.*|Block.*|Scores|Packed.*|Words.*)")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.lucene..")
        .because("another adapter must not need it, and an upgrade touches these classes alone")
        .check(OURS);
  }
}
