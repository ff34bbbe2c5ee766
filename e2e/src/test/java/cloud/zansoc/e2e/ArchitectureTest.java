package cloud.zansoc.e2e;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameStartingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows of ARCHITECTURE.md, and which package owns which library. */
final class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("cloud.zansoc");

  @Test
  void modules_ofTheWholeSystem_pointDownOnly() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("cli")
        .definedBy("cloud.zansoc.cli..")
        .layer("hub")
        .definedBy("cloud.zansoc.hub..")
        .layer("host")
        .definedBy("cloud.zansoc.host..")
        .layer("storage")
        .definedBy("cloud.zansoc.storage..")
        .layer("compute")
        .definedBy("cloud.zansoc.compute..")
        .layer("ledger")
        .definedBy("cloud.zansoc.ledger..")
        .layer("net")
        .definedBy("cloud.zansoc.net..")
        .layer("codec")
        .definedBy("cloud.zansoc.codec..")
        .layer("base")
        .definedBy("cloud.zansoc.base..")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("hub")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("host")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("storage")
        .mayOnlyBeAccessedByLayers("cli", "hub", "host")
        .whereLayer("compute")
        .mayOnlyBeAccessedByLayers("cli", "hub", "host")
        .whereLayer("ledger")
        .mayOnlyBeAccessedByLayers("cli", "hub", "host")
        .whereLayer("net")
        .mayOnlyBeAccessedByLayers("cli", "hub", "host", "storage", "compute")
        .whereLayer("codec")
        .mayOnlyBeAccessedByLayers("cli", "hub", "host", "storage", "compute", "ledger", "net")
        .check(CLASSES);
  }

  @Test
  void classes_imported_areThoseOfEveryModule() {
    for (String module : "base codec net storage compute ledger hub host cli".split(" ", -1)) {
      assertThat(CLASSES.stream().filter(type -> type.getPackageName().contains("." + module)))
          .as("classes of " + module)
          .isNotEmpty();
    }
  }

  @Test
  void packages_ofTheWholeSystem_haveNoCycles() {
    slices().matching("cloud.zansoc.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void codec_asThePureDataPath_doesNoIo() {
    noClasses()
        .that()
        .resideInAPackage("cloud.zansoc.codec..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("java.nio.file..", "java.nio.channels..", "java.net..", "java.sql..")
                .and(not(simpleNameStartingWith("URI"))))
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.Thread")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(CLASSES);
  }

  @Test
  void base_asTheSharedWords_dependsOnTheJdkOnly() {
    classes()
        .that()
        .resideInAPackage("cloud.zansoc.base..")
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                "cloud.zansoc.base..",
                "java..",
                "org.jspecify..",
                "com.google.errorprone.annotations.."))
        .check(CLASSES);
  }

  @Test
  void libraries_ofTheWholeSystem_stayInTheirPackage() {
    owns(
        "cloud.zansoc.hub.store..",
        "java.sql..",
        "javax.sql..",
        "org.jdbi..",
        "org.flywaydb..",
        "com.zaxxer..",
        "org.sqlite..",
        "org.postgresql..");
    owns("cloud.zansoc.net.http..", "org.eclipse.jetty..");
    owns("cloud.zansoc.ledger.evm..", "org.web3j..");
    owns("cloud.zansoc.compute.engine.docker..", "com.github.dockerjava..");
    owns("cloud.zansoc.compute.engine.kubernetes..", "io.fabric8..");
    noClasses()
        .that(
            not(
                resideInAnyPackage(
                    "cloud.zansoc.net.http..",
                    "cloud.zansoc.ledger.evm..",
                    "cloud.zansoc.ledger.rewards..")))
        .should()
        .dependOnClassesThat(resideInAPackage("tools.jackson.."))
        .check(CLASSES);
    noClasses()
        .that(not(resideInAnyPackage("cloud.zansoc.hub.ssh..", "cloud.zansoc.cli.ssh..")))
        .should()
        .dependOnClassesThat(resideInAPackage("org.apache.sshd.."))
        .check(CLASSES);
    owns("cloud.zansoc.net.identity..", "org.bouncycastle..");
    owns("cloud.zansoc.cli..", "picocli..", "ch.qos.logback..");
    noClasses()
        .that(
            not(
                resideInAnyPackage(
                    "cloud.zansoc.net.block..",
                    "cloud.zansoc.net.control..",
                    "cloud.zansoc.net.endpoint..")))
        .should()
        .dependOnClassesThat(resideInAPackage("io.netty.."))
        .check(CLASSES);
  }

  @Test
  void dataPlane_ofClientAndHost_knowsNeitherSqlNorJson() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "cloud.zansoc.storage.host..", "cloud.zansoc.net.block..", "cloud.zansoc.codec..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("java.sql..", "tools.jackson..", "cloud.zansoc.net.http.."))
        .check(CLASSES);
  }

  private static void owns(String owner, String... libraries) {
    noClasses()
        .that(not(resideInAPackage(owner)))
        .should()
        .dependOnClassesThat(resideInAnyPackage(libraries))
        .check(CLASSES);
  }
}
