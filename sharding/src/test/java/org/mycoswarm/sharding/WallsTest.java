package org.mycoswarm.sharding;

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
          .importPackages("org.mycoswarm.sharding");

  @Test
  void cutting_a_model_needs_neither_a_network_nor_a_runtime_nor_json() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net..", "ai.onnxruntime..", "com.fasterxml.jackson..")
        .because("the broker cuts models, and a broker links no library that computes")
        .check(OURS);
  }

  @Test
  void it_knows_no_other_module() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.mycoswarm.queue..",
            "org.mycoswarm.schema..",
            "org.mycoswarm.inference..",
            "org.mycoswarm.broker..",
            "org.mycoswarm.node..",
            "org.mycoswarm.cli..")
        .because("broker and node both stand on it")
        .check(OURS);
  }

  @Test
  void frames_know_nothing_of_graphs() {
    noClasses()
        .that()
        .resideInAPackage("org.mycoswarm.sharding.frame")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.mycoswarm.sharding.graph..", "org.mycoswarm.sharding.plan..", "com.google..")
        .because("what travels must stay readable without the model it belongs to")
        .check(OURS);
  }

  @Test
  void a_graph_knows_nothing_of_plans() {
    noClasses()
        .that()
        .resideInAPackage("org.mycoswarm.sharding.graph")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.mycoswarm.sharding.plan..")
        .because("where a model can be cut does not depend on who is there to compute it")
        .check(OURS);
  }
}
