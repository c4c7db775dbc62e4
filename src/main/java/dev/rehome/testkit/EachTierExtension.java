package dev.rehome.testkit;

import dev.rehome.placement.Tier;
import java.lang.reflect.Constructor;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/** Runs {@link EachTier} tests. The fleet of an application is made once in a test run and closed at its end. */
final class EachTierExtension implements TestTemplateInvocationContextProvider {
    private static final Namespace NAMESPACE = Namespace.create(EachTierExtension.class);

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return true;
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        TestsOf tests = context.getRequiredTestClass().getAnnotation(TestsOf.class);
        if (tests == null) {
            throw new ExtensionConfigurationException("Annotate " + context.getRequiredTestClass() + " with @TestsOf.");
        }
        KitFleet fleet = context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(tests.value(), EachTierExtension::open, KitFleet.class);
        return Stream.of(Tier.values()).map(tier -> new InTier(fleet, tier));
    }

    private static KitFleet open(Class<? extends Application> application) {
        try {
            Constructor<? extends Application> constructor = application.getDeclaredConstructor();
            constructor.setAccessible(true);
            return KitFleet.of(constructor.newInstance());
        } catch (ReflectiveOperationException e) {
            throw new ExtensionConfigurationException(
                    application + " cannot be made. Give it a constructor without parameters that succeeds.", e);
        }
    }

    private record InTier(KitFleet fleet, Tier tier) implements TestTemplateInvocationContext {
        @Override
        public String getDisplayName(int invocation) {
            return tier.name().toLowerCase(Locale.ROOT);
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new Tenants(fleet, tier));
        }
    }

    /** Makes the two tenants of one invocation, and looks what is left when it has ended. */
    private static final class Tenants implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
        private final KitFleet fleet;
        private final Tier tier;
        private @Nullable TwoTenants tenants;

        private Tenants(KitFleet fleet, Tier tier) {
            this.fleet = fleet;
            this.tier = tier;
        }

        @Override
        public void beforeEach(ExtensionContext context) {
            tenants = fleet.twoTenants(tier);
        }

        @Override
        public void afterEach(ExtensionContext context) {
            if (tenants != null) {
                try (TwoTenants used = tenants) {
                    Leaks.assertNone(used);
                }
            }
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == TwoTenants.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return Objects.requireNonNull(
                    tenants, "Take the tenants as a parameter of a method, not of the constructor.");
        }
    }
}
