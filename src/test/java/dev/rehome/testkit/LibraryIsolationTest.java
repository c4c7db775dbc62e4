package dev.rehome.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.placement.Tier;
import dev.rehome.schema.Changelog;
import dev.rehome.testkit.Attack.Evidence;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.hibernate.annotations.TenantId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The kit on an application that is not ours: other tables, another tenant column, keys that are numbers and texts. */
@TestsOf(LibraryIsolationTest.Library.class)
class LibraryIsolationTest {

    static final class Library implements Application {
        @Override
        public Collection<Class<?>> entities() {
            return List.of(Shelf.class, Book.class);
        }

        @Override
        public String tenantColumn() {
            return "branch";
        }

        @Override
        public Changelog tables() {
            return new Changelog("liquibase/library.yaml");
        }

        @Override
        public void samples(Samples samples) {
            samples.of(Shelf.class, made -> new Shelf(made.number(), "Shelf " + made.number()))
                    .of(Book.class, made -> new Book("978-" + made.number(), "A title", made.one(Shelf.class)));
        }
    }

    @Entity(name = "Shelf")
    static class Shelf {
        @TenantId
        UUID branch;

        @Id
        @Column(name = "shelf_no")
        long number;

        @Column
        String label;

        @OneToMany(mappedBy = "shelf")
        List<Book> books = new ArrayList<>();

        protected Shelf() {}

        Shelf(long number, String label) {
            this.number = number;
            this.label = label;
        }
    }

    @Entity(name = "Book")
    static class Book {
        @TenantId
        UUID branch;

        @Id
        String isbn;

        @Column
        String title;

        @Column(name = "on_loan")
        boolean onLoan;

        @ManyToOne
        @JoinColumn(name = "shelf")
        @Nullable
        Shelf shelf;

        protected Book() {}

        Book(String isbn, String title, Shelf shelf) {
            this.isbn = isbn;
            this.title = title;
            this.shelf = shelf;
        }
    }

    @EachTier
    void noBranchReachesAnothersRows(TwoTenants tenants) {
        tenants.attacks().run().assertNothingCrossed();
    }

    @EachTier
    void eachTenantWorksInItsOwnHome(TwoTenants tenants) {
        tenants.a().inTransaction(session -> session.persist(new Shelf(1, "Novels")));
        tenants.b().inTransaction(session -> session.persist(new Shelf(1, "Atlases")));
        assertEquals("Novels", tenants.a().fromTransaction(session -> session.find(Shelf.class, 1L).label));
        assertEquals("Atlases", tenants.b().fromTransaction(session -> session.find(Shelf.class, 1L).label));
    }

    @EachTier
    void anAttackOfTheApplicationsOwnIsPlayedToo(TwoTenants tenants) {
        Attack byTitle = new Attack(
                "BY_TITLE",
                "find books by title",
                Evidence.SIGHT,
                (scene, target) -> scene.looks(session ->
                        session
                                .createSelectionQuery("from Book where title = 'A title'", Book.class)
                                .getResultList()
                                .stream()
                                .anyMatch(scene::isVictims)));
        AttackReport report = tenants.attacks().with(byTitle).run();
        report.assertNothingCrossed();
        assertEquals("saw nothing", report.byAttack().get(byTitle));
    }

    @Test
    void aTableThatIsLeftUnprotectedIsFound() throws SQLException {
        Library library = new Library();
        try (KitFleet fleet = KitFleet.of(library, library.server(), "unprotected");
                TwoTenants exposed = fleet.twoTenants(Tier.SHARED);
                AttackSuite.Prepared suite = exposed.attacks().prepare()) {
            try (Connection administrator = fleet.witness().open(exposed.a().home());
                    Statement statement = administrator.createStatement()) {
                statement.execute("alter table book disable row level security");
            }
            AttackReport report = suite.run();
            assertTrue(report.crossed().contains("NATIVE_SELECT"), report::toString);
            AssertionError told = assertThrows(AssertionError.class, report::assertNothingCrossed);
            assertTrue(String.valueOf(told.getMessage()).contains("NATIVE_SELECT on Book"), told::getMessage);
        }
    }
}
