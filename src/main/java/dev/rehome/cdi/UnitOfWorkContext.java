package dev.rehome.cdi;

import jakarta.enterprise.context.spi.Context;
import jakarta.enterprise.context.spi.Contextual;
import jakarta.enterprise.context.spi.CreationalContext;
import jakarta.transaction.TransactionScoped;
import java.lang.annotation.Annotation;
import org.jspecify.annotations.Nullable;

/**
 * The context of {@link TransactionScoped}: one instance of a bean per unit of work.
 *
 * <p>It always says that it is active: the container would otherwise refuse with an exception that tells the user nothing
 * of units of work, before {@link #get} can throw ours.
 */
final class UnitOfWorkContext implements Context {
    private final UnitsOfWork units;

    UnitOfWorkContext(UnitsOfWork units) {
        this.units = units;
    }

    @Override
    public Class<? extends Annotation> getScope() {
        return TransactionScoped.class;
    }

    @Override
    public <T> T get(Contextual<T> bean, CreationalContext<T> creation) {
        return units.require().instance(bean, creation);
    }

    @Override
    public <T> @Nullable T get(Contextual<T> bean) {
        return units.require().instance(bean);
    }

    @Override
    public boolean isActive() {
        return true;
    }
}
