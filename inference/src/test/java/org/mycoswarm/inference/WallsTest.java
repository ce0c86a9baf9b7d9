package org.mycoswarm.inference;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.channels.FileChannel;
import org.junit.jupiter.api.Test;

/// What this module must not touch, and why.
class WallsTest {
  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.mycoswarm.inference");

  @Test
  void what_a_node_computes_needs_no_network() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net..", "javax.net..", "java.rmi..")
        .orShould()
        .dependOnClassesThat(
            JavaClass.Predicates.resideInAPackage("java.nio.channels..")
                .and(DescribedPredicate.not(JavaClass.Predicates.belongToAnyOf(FileChannel.class))))
        .because("documents and models come from the disk, and nothing of a document may leave")
        .check(OURS);
  }

  @Test
  void what_a_node_computes_knows_no_other_module() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.mycoswarm.queue..",
            "org.mycoswarm.schema..",
            "org.mycoswarm.broker..",
            "org.mycoswarm.node..",
            "org.mycoswarm.cli..")
        .because("it must be usable, and testable, without a swarm")
        .check(OURS);
  }

  @Test
  void each_library_is_behind_one_wall() {
    only("ai.onnxruntime..", "Onnx.*|DeviceChoice.*|shard[.]Stage.*|shard[.]Ort.*");
    only("ai.djl..", "Tokenizer");
    only("org.jsoup..", "HtmlText");
    only("com.fasterxml.jackson..", "ModelSheet|shard[.]ChatTemplate.*");
  }

  private static void only(String library, String classes) {
    noClasses()
        .that()
        .haveNameNotMatching("org[.]mycoswarm[.]inference[.](" + classes + ")")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(library)
        .because("a library that one class knows can be replaced in one class")
        .check(OURS);
  }
}
