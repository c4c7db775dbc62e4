package dev.rehome.storefront;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rehome.cdi.H2Sessions;
import dev.rehome.schema.Changelog;
import java.sql.ResultSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.junit.jupiter.api.Test;

class StorefrontModelTest {
    @Test
    void entitiesMapExactlyTheColumnsThatTheChangelogMakes() throws Exception {
        // Building the session factory already refuses entities with columns that are missing or of another type.
        try (H2Sessions database = new H2Sessions(
                StorefrontModel.ENTITIES, connection -> Changelog.HOME.update(connection, "public", Map.of()))) {
            assertEquals(columns(database), mapped(database));
        }
    }

    private static Map<String, Set<String>> mapped(H2Sessions database) {
        Map<String, Set<String>> columns = new TreeMap<>();
        database.sessionFactory()
                .unwrap(SessionFactoryImplementor.class)
                .getMappingMetamodel()
                .forEachEntityDescriptor(entity -> {
                    Set<String> ofTable = columns.computeIfAbsent(
                            entity.getMappedTableDetails().getTableName(), table -> new TreeSet<>());
                    entity.getIdentifierMapping()
                            .forEachSelectable((index, column) -> ofTable.add(column.getSelectionExpression()));
                    entity.forEachSelectable((index, column) -> ofTable.add(column.getSelectionExpression()));
                });
        return columns;
    }

    private static Map<String, Set<String>> columns(H2Sessions database) throws Exception {
        Map<String, Set<String>> columns = new TreeMap<>();
        try (var connection = database.dataSource().getConnection();
                ResultSet row = connection.getMetaData().getColumns(null, "public", null, null)) {
            while (row.next()) {
                if (!row.getString("TABLE_NAME").startsWith("databasechangelog")) {
                    columns.computeIfAbsent(row.getString("TABLE_NAME"), table -> new TreeSet<>())
                            .add(row.getString("COLUMN_NAME"));
                }
            }
        }
        return columns;
    }
}
