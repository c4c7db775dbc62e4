package dev.rehome.storefront;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.query.KeyedPage;
import org.hibernate.query.KeyedResultList;
import org.hibernate.query.Page;
import org.jspecify.annotations.Nullable;

/** Registers and changes customers and their addresses. Thread-safe. */
@ApplicationScoped
@Transactional
public class CustomerService {
    private static final String SAME_EMAIL_OR_ID = "a customer with this e-mail or external id";

    private final EntityManager entityManager;
    private final CustomerRepository customers;
    private final Clock clock;

    @Inject
    public CustomerService(EntityManager entityManager, CustomerRepository customers, Clock clock) {
        this.entityManager = entityManager;
        this.customers = customers;
        this.clock = clock;
    }

    /**
     * @param externalId the customer's id in another system, if there is one
     * @throws DuplicateException if a customer has the e-mail or the external id
     */
    public Customer register(String email, @Nullable String externalId) {
        Customer customer = new Customer(email, externalId, clock.instant());
        entityManager.persist(customer);
        Uniqueness.flush(entityManager, SAME_EMAIL_OR_ID);
        return customer;
    }

    /** @throws NotFoundException also if the customer was deleted */
    public Customer get(UUID id) {
        Customer customer = entityManager.find(Customer.class, id);
        if (customer == null) {
            throw new NotFoundException("customer", id);
        }
        return customer;
    }

    public Optional<Customer> byEmail(String email) {
        return customers.byEmail(email);
    }

    public Optional<Customer> byExternalId(String externalId) {
        return customers.byExternalId(externalId);
    }

    /** The first page of all customers by id, which is the order of the primary key. */
    public static KeyedPage<Customer> firstPage(int size) {
        return Page.first(size).keyedBy(org.hibernate.query.Order.asc(Customer_.id));
    }

    /** @param page {@link #firstPage}, and then what the last result leads on to */
    public KeyedResultList<Customer> page(KeyedPage<Customer> page) {
        return customers.page(page);
    }

    public long count() {
        return customers.count();
    }

    /**
     * @throws NotFoundException also if the customer was deleted
     * @throws DuplicateException if another customer has the e-mail
     */
    public Customer changeEmail(UUID id, String email) {
        Customer customer = customers.lock(id);
        customer.changeEmail(email);
        Uniqueness.flush(entityManager, SAME_EMAIL_OR_ID);
        return customer;
    }

    /**
     * Deletes the customer, who is not found any more; the orders stay. The e-mail can be registered again.
     *
     * @throws NotFoundException also if the customer was deleted before
     */
    public void delete(UUID id) {
        customers.lock(id).delete(clock.instant());
    }

    public CustomerAddress addAddress(UUID customerId, Place place) {
        CustomerAddress address = new CustomerAddress(get(customerId), place, clock.instant());
        entityManager.persist(address);
        return address;
    }

    /** Corrects the address, also for the orders that were or will be sent there. */
    public CustomerAddress correctAddress(UUID customerId, UUID addressId, Place place) {
        CustomerAddress address = address(customerId, addressId);
        address.correct(place);
        return address;
    }

    /** @throws NotFoundException also if it is another customer's */
    public CustomerAddress address(UUID customerId, UUID addressId) {
        return customers
                .address(customerId, addressId)
                .orElseThrow(() -> new NotFoundException("address of the customer", addressId));
    }

    /** Oldest first. */
    public List<CustomerAddress> addresses(UUID customerId) {
        return customers.addresses(customerId);
    }
}
