package dev.rehome.cdi;

import dev.rehome.fence.TransactionMode;
import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import jakarta.transaction.InvalidTransactionException;
import jakarta.transaction.TransactionRequiredException;
import jakarta.transaction.Transactional;
import jakarta.transaction.TransactionalException;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Gives {@link Transactional} its meaning, as Jakarta Transactions 2.0, section 3.7, describes it, for units of work. */
@Interceptor
@Transactional
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 200) // the number is the specification's
final class TransactionalInterceptor {
    private final UnitsOfWork units;

    @Inject
    TransactionalInterceptor(UnitsOfWork units) {
        this.units = units;
    }

    @AroundInvoke
    @Nullable
    Object invoke(InvocationContext call) throws Exception {
        Transactional rules = call.getInterceptorBinding(Transactional.class);
        UnitOfWork running = switch (rules.value()) {
            case REQUIRES_NEW, NOT_SUPPORTED -> null;
            case REQUIRED, SUPPORTS, MANDATORY, NEVER -> units.running().orElse(null);
        };
        return switch (rules.value()) {
            case REQUIRED -> running == null ? alone(call, rules) : joined(running, call, rules);
            case REQUIRES_NEW -> alone(call, rules);
            case SUPPORTS -> running == null ? call.proceed() : joined(running, call, rules);
            case NOT_SUPPORTED -> units.callOutside(call::proceed);
            case MANDATORY -> {
                if (running == null) {
                    throw new TransactionalException(
                            call.getMethod() + " is MANDATORY, but no unit of work is running. Call it from one.",
                            new TransactionRequiredException());
                }
                yield joined(running, call, rules);
            }
            case NEVER -> {
                if (running != null) {
                    throw new TransactionalException(
                            call.getMethod() + " is NEVER, but a unit of work is running. Call it outside.",
                            new InvalidTransactionException());
                }
                yield call.proceed();
            }
        };
    }

    /** The call is a unit of its own. Its first statement, which takes the mode up, may be as late as its commit. */
    private @Nullable Object alone(InvocationContext call, Transactional rules) throws Exception {
        return TransactionMode.call(mode(call.getMethod()), () -> unit(call, rules));
    }

    private static TransactionMode mode(Method method) {
        UnitOptions options = method.getAnnotation(UnitOptions.class);
        if (options == null) {
            options = method.getDeclaringClass().getAnnotation(UnitOptions.class);
        }
        return options == null ? TransactionMode.DEFAULT : new TransactionMode(options.isolation(), options.readOnly());
    }

    private @Nullable Object unit(InvocationContext call, Transactional rules) throws Exception {
        try (UnitOfWork unit = units.begin()) {
            Object result;
            try {
                result = call.proceed();
            } catch (Throwable failure) {
                if (rollsBack(rules, failure) || unit.isRollbackOnly()) {
                    unit.rollBack(failure);
                } else {
                    commitDespite(failure, unit);
                }
                throw failure;
            }
            unit.commit();
            return result;
        }
    }

    /** The call is a part of a unit; whoever began that ends it. */
    private static @Nullable Object joined(UnitOfWork unit, InvocationContext call, Transactional rules)
            throws Exception {
        try {
            return call.proceed();
        } catch (Throwable failure) {
            if (rollsBack(rules, failure)) {
                unit.failed(failure);
            }
            throw failure;
        }
    }

    /** The caller takes the failure for a sign that the unit is stored; so if it is not, that is the graver news. */
    private static void commitDespite(Throwable failure, UnitOfWork unit) {
        try {
            unit.commit();
        } catch (Throwable notStored) {
            notStored.addSuppressed(failure);
            throw notStored;
        }
    }

    private static boolean rollsBack(Transactional rules, Throwable failure) {
        if (isAny(rules.dontRollbackOn(), failure)) {
            return false;
        }
        return isAny(rules.rollbackOn(), failure) || failure instanceof RuntimeException || failure instanceof Error;
    }

    private static boolean isAny(Class<?>[] types, Throwable failure) {
        return Arrays.stream(types).anyMatch(type -> type.isInstance(failure));
    }
}
