package dev.rehome.testkit;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hibernate.SessionFactory;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.metamodel.mapping.AttributeMapping;
import org.hibernate.metamodel.mapping.AttributeMetadata;
import org.hibernate.metamodel.mapping.BasicValuedModelPart;
import org.hibernate.metamodel.mapping.CollectionPart;
import org.hibernate.metamodel.mapping.PluralAttributeMapping;
import org.hibernate.metamodel.mapping.internal.EntityCollectionPart;
import org.hibernate.metamodel.mapping.internal.ToOneAttributeMapping;
import org.hibernate.persister.entity.EntityPersister;

/** What Hibernate knows of an entity: enough to attack its rows without knowing the application. Immutable. */
final class EntityMapping {
    private final EntityPersister persister;
    private final String idColumn;
    private final AttributeMapping tenant;
    private final List<Reference> references = new ArrayList<>();
    private final List<String> collections = new ArrayList<>();

    /**
     * A many-to-one.
     *
     * @param restricted whether the entity that it refers to has a condition ({@code @SQLRestriction}), which HQL has to join
     */
    record Reference(String attribute, String column, Class<?> target, boolean restricted) {}

    /** @throws RehomeException (CONFIGURATION) if the entity has no tenant attribute, or an identifier of several columns */
    EntityMapping(SessionFactory sessions, Class<?> type, String tenantColumn) {
        persister = sessions.unwrap(SessionFactoryImplementor.class)
                .getMappingMetamodel()
                .getEntityDescriptor(type);
        if (!(persister.getIdentifierMapping() instanceof BasicValuedModelPart id)) {
            throw unsuitable(type, "has an identifier of several columns");
        }
        idColumn = id.getSelectionExpression();
        AttributeMapping found = null;
        for (int i = 0; i < persister.getNumberOfAttributeMappings(); i++) {
            AttributeMapping attribute = persister.getAttributeMapping(i);
            if (attribute instanceof ToOneAttributeMapping one) {
                references.add(new Reference(
                        one.getAttributeName(),
                        one.getForeignKeyDescriptor().getSelectable(0).getSelectionExpression(),
                        one.getAssociatedEntityMappingType().getMappedJavaType().getJavaTypeClass(),
                        one.getAssociatedEntityMappingType().hasWhereRestrictions()));
            } else if (attribute instanceof PluralAttributeMapping many && ofEntities(many.getElementDescriptor())) {
                collections.add(many.getAttributeName());
            } else if (attribute instanceof BasicValuedModelPart basic
                    && Rows.asStored(basic.getSelectionExpression()).equals(tenantColumn)) {
                found = attribute;
            }
        }
        if (found == null) {
            throw unsuitable(type, "has no attribute for the column " + tenantColumn);
        }
        tenant = found;
    }

    private static boolean ofEntities(CollectionPart element) {
        return element instanceof EntityCollectionPart;
    }

    private static RehomeException unsuitable(Class<?> type, String why) {
        return new RehomeException(
                ErrorKind.CONFIGURATION,
                type + " " + why
                        + ", so the kit cannot attack it. Leave its sample out, or correct the tenant column.");
    }

    Class<?> type() {
        return persister.getMappedClass();
    }

    /** As it is written in HQL. */
    String name() {
        return persister.getImportedName();
    }

    String table() {
        return persister.getIdentifierTableDetails().getTableName();
    }

    String id() {
        return persister.getIdentifierPropertyName();
    }

    String idColumn() {
        return idColumn;
    }

    String tenant() {
        return tenant.getAttributeName();
    }

    boolean versioned() {
        return persister.isVersioned();
    }

    List<Reference> references() {
        return references;
    }

    /** The attributes that are collections of entities. */
    List<String> collections() {
        return collections;
    }

    /** A basic attribute with a column, for statements that set it to itself. */
    String updated() {
        return basic().get(0);
    }

    /** The basic attributes that are inserted, but identifier, tenant and version. */
    List<String> basic() {
        return inserted().stream()
                .filter(name -> persister.findAttributeMapping(name) instanceof BasicValuedModelPart
                        && !name.equals(versionName()))
                .toList();
    }

    boolean cached() {
        return persister.canReadFromCache();
    }

    /** Every attribute with a column that is inserted, but the identifier and the tenant's. */
    List<String> inserted() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < persister.getNumberOfAttributeMappings(); i++) {
            AttributeMapping attribute = persister.getAttributeMapping(i);
            if (!attribute.isPluralAttributeMapping()
                    && attribute != tenant
                    && attribute.getAttributeMetadata().isInsertable()) {
                names.add(attribute.getAttributeName());
            }
        }
        return names;
    }

    Object idOf(Object entity) {
        return persister.getIdentifier(entity);
    }

    void setId(Object entity, Object id) {
        persister.getIdentifierMapping().setIdentifier(entity, id, null);
    }

    void setTenant(Object entity, Object value) {
        tenant.setValue(entity, value);
    }

    void set(Object entity, String attribute, Object value) {
        persister.findAttributeMapping(attribute).setValue(entity, value);
    }

    Object get(Object entity, String attribute) {
        return persister.findAttributeMapping(attribute).getValue(entity);
    }

    /** An attribute that Hibernate updates and the kit knows how to change. */
    Optional<AttributeMapping> changeable() {
        for (int i = 0; i < persister.getNumberOfAttributeMappings(); i++) {
            AttributeMapping attribute = persister.getAttributeMapping(i);
            AttributeMetadata metadata = attribute.getAttributeMetadata();
            if (attribute instanceof BasicValuedModelPart
                    && attribute != tenant
                    && metadata.isUpdatable()
                    && !attribute.getAttributeName().equals(versionName())
                    && Changes.canChange(attribute.getJavaType().getJavaTypeClass())) {
                return Optional.of(attribute);
            }
        }
        return Optional.empty();
    }

    private String versionName() {
        return persister.isVersioned()
                ? persister.getVersionMapping().getVersionAttribute().getAttributeName()
                : "";
    }
}
