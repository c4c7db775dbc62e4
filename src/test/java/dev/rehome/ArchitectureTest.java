package dev.rehome;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The arrows between the packages: two roads and a foundation. */
class ArchitectureTest {
    /** A later one may use the earlier ones. */
    private static final List<String> REQUEST_ROAD = List.of(
            "tenant",
            "placement",
            "web",
            "measure",
            "fence",
            "proof",
            "connection",
            "across",
            "hibernate",
            "cdi",
            "storefront");

    /** A later layer may use the earlier ones; packages of one layer do not know each other. */
    private static final List<List<String>> OPERATOR_ROAD = List.of(
            List.of("schema", "backfill", "capture", "verify", "throttle"),
            List.of("export", "statistics"),
            List.of("move"),
            List.of("watch"),
            List.of("fleet", "doctor", "cost", "audit"),
            List.of("strategy"),
            List.of("life", "alert"),
            List.of("recovery"),
            List.of("metrics"),
            List.of("automation"),
            List.of("cli", "dashboard", "demo"));

    private static final List<String> FOUNDATION = List.of("config", "jdbc", "time", "error");

    /** Whose types stay in which packages. The demo and the tests' kit are applications: they may use what applications use. */
    private static final Map<String, List<String>> THIRD_PARTIES = Map.ofEntries(
            Map.entry("org.hibernate", List.of("hibernate", "cdi", "storefront", "demo", "testkit")),
            Map.entry("jakarta.persistence", List.of("hibernate", "cdi", "storefront", "demo", "testkit")),
            Map.entry("jakarta.enterprise", List.of("cdi", "storefront", "demo")),
            Map.entry("org.jboss.weld", List.of("cdi", "demo")),
            Map.entry("jakarta.servlet", List.of("web", "dashboard")),
            Map.entry("org.apache.catalina", List.of("dashboard")),
            Map.entry("org.apache.tomcat", List.of("dashboard")),
            Map.entry("jakarta.ws.rs", List.of("web")),
            Map.entry("com.zaxxer.hikari", List.of("connection")),
            Map.entry("com.github.benmanes.caffeine", List.of("placement")),
            Map.entry("liquibase", List.of("schema")),
            Map.entry("org.snakeyaml", List.of("config")),
            Map.entry("picocli", List.of("cli", "demo")),
            Map.entry("me.tongfei", List.of("cli", "demo")),
            Map.entry("com.fasterxml", List.of("export", "alert", "recovery", "cli", "demo", "dashboard")),
            Map.entry("io.micrometer", List.of("metrics", "dashboard")),
            Map.entry("org.HdrHistogram", List.of("demo")),
            Map.entry("de.siegmar", List.of("cli", "demo")),
            Map.entry("io.zonky", List.of("demo", "testkit")),
            Map.entry("org.junit", List.of("testkit")));

    private static final JavaClasses EVERYTHING = new ClassFileImporter().importPackages("dev.rehome");
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.rehome");

    @TestFactory
    Stream<DynamicTest> onTheRequestRoadALaterPackageUsesEarlierOnes() {
        return IntStream.range(0, REQUEST_ROAD.size() - 1)
                .mapToObj(
                        i -> neverUses(List.of(REQUEST_ROAD.get(i)), REQUEST_ROAD.subList(i + 1, REQUEST_ROAD.size())));
    }

    @Test
    void theRequestRoadNeverUsesTheOperatorRoad() {
        noClasses()
                .that(resideInAnyPackage(named(REQUEST_ROAD)))
                .should()
                .dependOnClassesThat(resideInAnyPackage(named(operatorRoad())))
                .check(MAIN);
    }

    @TestFactory
    Stream<DynamicTest> onTheOperatorRoadALaterLayerUsesEarlierOnes() {
        return IntStream.range(0, OPERATOR_ROAD.size() - 1)
                .mapToObj(i -> neverUses(
                        OPERATOR_ROAD.get(i),
                        OPERATOR_ROAD.subList(i + 1, OPERATOR_ROAD.size()).stream()
                                .flatMap(List::stream)
                                .toList()));
    }

    /** Verification would not be a second opinion if it knew the copier's code. */
    @TestFactory
    Stream<DynamicTest> whatAMoveConductsDoesNotKnowEachOther() {
        List<String> conducted = OPERATOR_ROAD.get(0);
        return conducted.stream()
                .map(one -> neverUses(
                        List.of(one),
                        conducted.stream().filter(other -> !other.equals(one)).toList()));
    }

    @Test
    void theOperatorRoadGetsToPlacementsAndFencesOnly() {
        noClasses()
                .that(resideInAnyPackage(named(operatorRoad().stream()
                        .filter(name -> !List.of("metrics", "demo").contains(name))
                        .toList())))
                .should()
                .dependOnClassesThat(resideInAnyPackage(named(List.of("connection", "hibernate", "cdi", "storefront"))))
                .check(MAIN);
    }

    @Test
    void nobodyUsesTheStorefrontButTheDemo() {
        noClasses()
                .that()
                .resideOutsideOfPackages(named(List.of("storefront", "demo")))
                .should()
                .dependOnClassesThat(resideInAnyPackage(named(List.of("storefront"))))
                .check(MAIN);
    }

    /** Its dependencies are a test's, which no application has at run time. */
    @Test
    void nobodyUsesTheTestKit() {
        noClasses()
                .that()
                .resideOutsideOfPackages(named(List.of("testkit")))
                .should()
                .dependOnClassesThat(resideInAnyPackage(named(List.of("testkit"))))
                .check(MAIN);
    }

    @Test
    void theTestKitIsForAnyEntitiesAndMovesNobody() {
        noClasses()
                .that(resideInAnyPackage(named(List.of("testkit"))))
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        named(List.of("storefront", "cdi", "move", "backfill", "capture", "verify", "cli", "demo"))))
                .check(MAIN);
    }

    @TestFactory
    Stream<DynamicTest> theFoundationUsesNeitherRoad() {
        // A strategy names tenants, servers and tiers.
        return FOUNDATION.stream()
                .map(name -> neverUses(
                        List.of(name),
                        Stream.concat(REQUEST_ROAD.stream(), operatorRoad().stream())
                                .filter(used -> !(name.equals("config")
                                        && List.of("tenant", "placement").contains(used)))
                                .toList()));
    }

    @TestFactory
    Stream<DynamicTest> typesOfThirdPartiesStayInThePackagesThatOwnThem() {
        return THIRD_PARTIES.entrySet().stream()
                .map(entry -> dynamicTest(
                        entry.getKey() + " in " + entry.getValue(),
                        () -> noClasses()
                                .that()
                                .resideOutsideOfPackages(named(entry.getValue()))
                                .should()
                                .dependOnClassesThat()
                                .resideInAPackage(entry.getKey() + "..")
                                .check(MAIN)));
    }

    @Test
    void everyPackageIsNullMarked() {
        List<String> unmarked = EVERYTHING.stream()
                .map(JavaClass::getPackage)
                .distinct()
                .filter(each -> !each.getName().equals("dev.rehome"))
                .filter(each -> !each.isAnnotatedWith(NullMarked.class))
                .map(each -> each.getName())
                .sorted()
                .toList();
        assertEquals(List.of(), unmarked);
    }

    @Test
    void noNameSaysNothing() {
        classes()
                .should()
                .haveNameNotMatching(".*(Util|Utils|Helper|Manager|Impl|Base|Common)")
                .check(MAIN);
    }

    @Test
    void nothingSleepsBlindly() {
        noClasses().should().callMethod(Thread.class, "sleep", long.class).check(EVERYTHING);
    }

    private static DynamicTest neverUses(List<String> users, List<String> used) {
        return dynamicTest(
                users + " never uses " + used,
                () -> noClasses()
                        .that(resideInAnyPackage(named(users)))
                        .should()
                        .dependOnClassesThat(resideInAnyPackage(named(used)))
                        .allowEmptyShould(true)
                        .check(MAIN));
    }

    private static List<String> operatorRoad() {
        return OPERATOR_ROAD.stream().flatMap(List::stream).toList();
    }

    /** A package and all below it. */
    private static String[] named(List<String> packages) {
        return packages.stream().map(name -> "dev.rehome." + name + "..").toArray(String[]::new);
    }
}
