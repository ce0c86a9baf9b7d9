package org.mycoswarm.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherIT {
  @TempDir Path folder;

  @Test
  void takesTheJdkOfJavaHomeWhenItIsNewEnough() throws IOException {
    Path jdk = jdk("mine", "25.0.1");

    CommandRun run = launcher(Map.of("JAVA_HOME", jdk.toString()), "--print-jdk");

    assertThat(run.out().strip()).isEqualTo(jdk.toString());
  }

  @Test
  void takesANewerJdkThanItNeeds() throws IOException {
    Path jdk = jdk("future", "31-ea");

    CommandRun run = launcher(Map.of("JAVA_HOME", jdk.toString()), "--print-jdk");

    assertThat(run.out().strip()).isEqualTo(jdk.toString());
  }

  @Test
  void passesOverAJavaHomeThatIsTooOld() throws IOException {
    Path old = jdk("old", "17.0.15");
    Path fresh = jdk("fresh", "25");

    CommandRun run =
        launcher(
            Map.of("JAVA_HOME", old.toString(), "MYCOSWARM_JDK_PLACES", fresh.toString()),
            "--print-jdk");

    assertThat(run.out().strip()).isEqualTo(fresh.toString());
  }

  @Test
  void takesTheJavaOnThePathThroughALink() throws IOException {
    Path jdk = jdk("linked", "25.0.3");
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("java"), jdk.resolve("bin/java"));

    CommandRun run = launcher(Map.of("PATH", bin + ":" + tools()), "--print-jdk");

    assertThat(run.out().strip()).isEqualTo(jdk.toRealPath().toString());
  }

  @Test
  void passesOverAJavaWithoutACompiler() throws IOException {
    Path runtime = jdk("runtime", "25");
    Files.delete(runtime.resolve("bin/javac"));
    Path whole = jdk("whole", "25");

    CommandRun run =
        launcher(
            Map.of("JAVA_HOME", runtime.toString(), "MYCOSWARM_JDK_PLACES", whole.toString()),
            "--print-jdk");

    assertThat(run.out().strip()).isEqualTo(whole.toString());
  }

  @Test
  void saysWhatToInstallWhenThereIsNoJdk() throws IOException {
    Path old = jdk("old", "17.0.15");

    CommandRun run =
        launcher(
            Map.of("JAVA_HOME", old.toString(), "MYCOSWARM_JDK_PLACES", old.toString()), "jobs");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .startsWith("Expected a JDK 25 or newer, but found none (JAVA_HOME is '%s';".formatted(old))
        .contains("Nothing was started.")
        .contains("sudo apt-get install openjdk-25-jdk")
        .contains("brew install openjdk")
        .contains("sdk install java 25-tem");
  }

  @Test
  void worksThroughALinkFromAnyFolder() throws IOException {
    Path link = folder.resolve("linked-command");
    Files.createSymbolicLink(link, Swarm.ROOT.resolve("mycoswarm"));

    CommandRun run =
        CommandRun.of(
            List.of(link.toString(), "--version"),
            Map.of("JAVA_HOME", System.getProperty("java.home"), "MYCOSWARM_BUILD", "never"),
            folder);

    assertThat(run.all()).startsWith("exit 0").contains("mycoswarm 0.");
  }

  @Test
  void saysThatMavenIsMissingWhenThereIsSomethingToBuild() throws IOException {
    Path project = Files.createDirectories(folder.resolve("project"));
    Files.copy(Swarm.ROOT.resolve("mycoswarm"), project.resolve("mycoswarm"));
    executable(project.resolve("mycoswarm"));
    Files.writeString(project.resolve("pom.xml"), "<project/>");
    Path tools = tools();

    CommandRun run =
        CommandRun.of(
            List.of(project.resolve("mycoswarm").toString(), "jobs"),
            Map.of("JAVA_HOME", System.getProperty("java.home"), "PATH", tools.toString()),
            folder);

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err())
        .startsWith("Expected Maven (mvn) to build mycoSwarm, but it is not on the PATH.")
        .contains("sudo apt-get install maven");
  }

  @Test
  void showsTheEndOfTheLogWhenTheBuildFails() throws IOException {
    Path project = Files.createDirectories(folder.resolve("project"));
    Files.copy(Swarm.ROOT.resolve("mycoswarm"), project.resolve("mycoswarm"));
    executable(project.resolve("mycoswarm"));
    Files.writeString(project.resolve("pom.xml"), "<project/>");
    Path tools = tools();
    script(tools.resolve("mvn"), "echo 'cannot find symbol'; exit 1");

    CommandRun run =
        CommandRun.of(
            List.of(project.resolve("mycoswarm").toString(), "jobs"),
            Map.of("JAVA_HOME", System.getProperty("java.home"), "PATH", tools().toString()),
            folder);

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err())
        .contains("Building mycoSwarm")
        .contains("cannot find symbol")
        .contains("Expected the build to succeed, but it failed; nothing was started.")
        .contains("target/build.log");
  }

  private CommandRun launcher(Map<String, String> environment, String... arguments)
      throws IOException {
    Map<String, String> all = new HashMap<>();
    all.put("JAVA_HOME", "");
    all.put("PATH", tools().toString());
    all.put("MYCOSWARM_JDK_PLACES", folder.resolve("nowhere").toString());
    all.putAll(environment);
    all.put("MYCOSWARM_BUILD", "never");
    return CommandRun.of(
        java.util.stream.Stream.concat(
                java.util.stream.Stream.of(Swarm.ROOT.resolve("mycoswarm").toString()),
                java.util.stream.Stream.of(arguments))
            .toList(),
        all,
        folder);
  }

  /// A folder that looks like a JDK to the launcher, which never starts it here.
  private Path jdk(String name, String version) throws IOException {
    Path jdk = Files.createDirectories(folder.resolve(name));
    Files.createDirectories(jdk.resolve("bin"));
    script(jdk.resolve("bin/java"), "exit 99");
    script(jdk.resolve("bin/javac"), "exit 99");
    Files.writeString(
        jdk.resolve("release"),
        "IMPLEMENTOR=\"Test\"\nJAVA_VERSION=\"%s\"\nOS_NAME=\"Linux\"\n".formatted(version));
    return jdk;
  }

  /// Links to the tools that the launcher uses; neither a Java nor a Maven is among them.
  private Path tools() throws IOException {
    Path tools = Files.createDirectories(folder.resolve("tools"));
    for (String tool :
        List.of(
            "sh",
            "sed",
            "dirname",
            "readlink",
            "find",
            "head",
            "cat",
            "mkdir",
            "tail",
            "rm",
            "flock")) {
      for (String place : List.of("/bin/", "/usr/bin/")) {
        Path found = Path.of(place + tool);
        Path link = tools.resolve(tool);
        if (Files.exists(found) && !Files.exists(link)) {
          Files.createSymbolicLink(link, found);
        }
      }
    }
    return tools;
  }

  private static void script(Path file, String body) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    executable(file);
  }

  private static void executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
