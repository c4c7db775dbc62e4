package dev.rehome.storefront;

import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.Session;
import org.hibernate.annotations.processing.Find;
import org.hibernate.annotations.processing.HQL;
import org.hibernate.query.KeyedPage;
import org.hibernate.query.KeyedResultList;

/** Finds customers and their addresses. Deleted customers are left out by their mapping. */
public interface CustomerRepository {
    Session session();

    @HQL("where email = :email")
    Optional<Customer> byEmail(String email);

    @Find
    Optional<Customer> byExternalId(String externalId);

    /** A page of all customers; {@link KeyedResultList#getNextPage} leads on, at the same cost however far. */
    @HQL("from Customer")
    KeyedResultList<Customer> page(KeyedPage<Customer> page);

    @HQL("select count(*) from Customer")
    long count();

    /** Oldest first. */
    @HQL("where fk(customer) = :customerId order by createdAt, id")
    List<CustomerAddress> addresses(UUID customerId);

    @HQL("where id = :addressId and fk(customer) = :customerId")
    Optional<CustomerAddress> address(UUID customerId, UUID addressId);

    /**
     * The customer, whom nobody else gets in this way before the unit of work has ended.
     *
     * @throws NotFoundException also if the customer was deleted
     */
    default Customer lock(UUID id) {
        Customer customer = session().find(Customer.class, id, LockModeType.PESSIMISTIC_WRITE);
        if (customer == null) {
            throw new NotFoundException("customer", id);
        }
        return customer;
    }
}
