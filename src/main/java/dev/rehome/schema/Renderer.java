package dev.rehome.schema;

import dev.rehome.schema.Levels.Ran;
import dev.rehome.schema.Rendering.Changeset;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import liquibase.ChecksumVersion;
import liquibase.Contexts;
import liquibase.LabelExpression;
import liquibase.RuntimeEnvironment;
import liquibase.change.Change;
import liquibase.change.CheckSum;
import liquibase.change.DbmsTargetedChange;
import liquibase.changelog.ChangeLogIterator;
import liquibase.changelog.ChangeLogParameters;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.DatabaseChangeLog;
import liquibase.changelog.RanChangeSet;
import liquibase.changelog.filter.ContextChangeSetFilter;
import liquibase.changelog.filter.DbmsChangeSetFilter;
import liquibase.changelog.filter.IgnoreChangeSetFilter;
import liquibase.changelog.filter.LabelChangeSetFilter;
import liquibase.changelog.filter.ShouldRunChangeSetFilter;
import liquibase.changelog.visitor.ListVisitor;
import liquibase.database.ObjectQuotingStrategy;
import liquibase.database.core.PostgresDatabase;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.LiquibaseException;
import liquibase.parser.ChangeLogParserFactory;
import liquibase.precondition.Precondition;
import liquibase.precondition.PreconditionLogic;
import liquibase.resource.ResourceAccessor;
import liquibase.sql.Sql;
import liquibase.sqlgenerator.SqlGeneratorFactory;
import liquibase.statement.SqlStatement;
import liquibase.statement.core.CreateDatabaseChangeLogLockTableStatement;
import liquibase.statement.core.CreateDatabaseChangeLogTableStatement;

/**
 * Has Liquibase write the SQL for all homes of one level, without touching any of them. What it writes is taken for
 * another home only where it can be known not to depend on the home: everything else is left to Liquibase itself. Used within
 * one {@link LiquibaseTurn}, once.
 */
final class Renderer {
    /** Changes whose SQL depends on nothing but the changelog. */
    private static final Set<String> SAME_EVERYWHERE = Set.of(
            "sql",
            "sqlFile",
            "createTable",
            "dropTable",
            "renameTable",
            "setTableRemarks",
            "addColumn",
            "dropColumn",
            "renameColumn",
            "modifyDataType",
            "setColumnRemarks",
            "addDefaultValue",
            "dropDefaultValue",
            "addNotNullConstraint",
            "dropNotNullConstraint",
            "addPrimaryKey",
            "addUniqueConstraint",
            "dropUniqueConstraint",
            "addForeignKeyConstraint",
            "dropForeignKeyConstraint",
            "createIndex",
            "dropIndex",
            "createSequence",
            "alterSequence",
            "dropSequence",
            "renameSequence",
            "createView",
            "dropView",
            "renameView",
            "createProcedure",
            "dropProcedure",
            "insert",
            "update",
            "delete",
            "empty");

    private final String resource;
    private final ResourceAccessor accessor;
    private final Map<String, String> parameters;
    private final List<Ran> ran;
    private final RanDatabase database;

    Renderer(Changelog changelog, Connection connection, Map<String, String> parameters, List<Ran> ran) {
        this.resource = changelog.resource();
        this.accessor = LiquibaseTurn.accessor(resource);
        this.parameters = new HashMap<>(parameters);
        this.ran = ran;
        this.database = new RanDatabase(ran);
        database.setConnection(new JdbcConnection(connection));
        database.setDefaultSchemaName(Rendering.PLACEHOLDER);
        database.setLiquibaseSchemaName(Rendering.PLACEHOLDER);
    }

    /** PostgreSQL in which a changelog has run as far as we say, in the schema called {@link Rendering#PLACEHOLDER}. */
    private static final class RanDatabase extends PostgresDatabase {
        private final List<RanChangeSet> ran = new ArrayList<>();

        private RanDatabase(List<Ran> rows) {
            for (Ran row : rows) {
                RanChangeSet changeset = new RanChangeSet(
                        DatabaseChangeLog.normalizePath(row.file()),
                        row.id(),
                        row.author(),
                        row.checksum() == null ? null : CheckSum.parse(row.checksum()),
                        null,
                        null,
                        ChangeSet.ExecType.valueOf(row.execType()),
                        null,
                        null,
                        null,
                        null,
                        null,
                        row.file());
                changeset.setOrderExecuted(row.order());
                ran.add(changeset);
            }
        }

        @Override
        public List<RanChangeSet> getRanChangeSetList() {
            return ran;
        }
    }

    Rendering render(Level from) throws LiquibaseException {
        DatabaseChangeLog changelog = parse();
        List<ChangeSet> missing = missing(changelog);
        if (missing.isEmpty()) {
            return new Rendering(from, List.of(), Optional.empty(), List.of());
        }
        Optional<String> ordinary = Optional.empty();
        if (hasPreconditions(changelog.getPreconditions())) {
            ordinary = Optional.of("the changelog has preconditions");
        } else if (dependsOnSchemasName(missing)) {
            ordinary = Optional.of("the changelog mentions the schema's name");
        }
        List<Changeset> changesets = new ArrayList<>();
        int order = ran.stream().mapToInt(Ran::order).max().orElse(0);
        for (ChangeSet changeset : missing) {
            List<String> sql = new ArrayList<>();
            if (ordinary.isEmpty()) {
                ordinary = render(changeset, sql).map(reason -> "changeset " + changeset.getId() + " " + reason);
                sql.addAll(generate(RanRecord.of(database, changeset, ++order)));
            }
            changesets.add(new Changeset(
                    changeset.getId(),
                    changeset.getAuthor(),
                    changeset.getFilePath(),
                    changeset.shouldAlwaysRun() && ran.stream().anyMatch(row -> isSame(row, changeset)),
                    sql));
        }
        if (ordinary.isPresent()) {
            return new Rendering(
                    from, changesets.stream().map(Renderer::withoutSql).toList(), ordinary, List.of());
        }
        return new Rendering(from, changesets, ordinary, from.equals(Level.NONE) ? preparation() : List.of());
    }

    private static Changeset withoutSql(Changeset changeset) {
        return new Changeset(changeset.id(), changeset.author(), changeset.file(), changeset.runsAlways(), List.of());
    }

    private DatabaseChangeLog parse() throws LiquibaseException {
        ChangeLogParameters values = new ChangeLogParameters(database);
        parameters.forEach(values::set);
        return ChangeLogParserFactory.getInstance()
                .getParser(resource, accessor)
                .parse(resource, values, accessor);
    }

    /** Those that Liquibase would run, in its order. */
    private List<ChangeSet> missing(DatabaseChangeLog changelog) throws LiquibaseException {
        Contexts contexts = new Contexts();
        LabelExpression labels = new LabelExpression();
        changelog.validate(database, contexts, labels);
        ListVisitor visitor = new ListVisitor();
        new ChangeLogIterator(
                        changelog,
                        new ShouldRunChangeSetFilter(database),
                        new ContextChangeSetFilter(contexts),
                        new LabelChangeSetFilter(labels),
                        new DbmsChangeSetFilter(database),
                        new IgnoreChangeSetFilter())
                .run(visitor, new RuntimeEnvironment(database, contexts, labels));
        return visitor.getSeenChangeSets();
    }

    /** Whether anything in the changelog would be another thing with another value of a parameter. */
    boolean dependsOn(String parameter) throws LiquibaseException {
        Map<String, CheckSum> here = checksums(parse());
        String value = parameters.get(parameter);
        if (value == null) {
            return false;
        }
        parameters.put(parameter, value + "_other");
        try {
            return !checksums(parse()).equals(here);
        } finally {
            parameters.put(parameter, value);
        }
    }

    /** Properties such as {@code database.defaultSchemaName} are put into the text when it is read, and into its checksum. */
    private boolean dependsOnSchemasName(List<ChangeSet> missing) throws LiquibaseException {
        database.setDefaultSchemaName(Rendering.PLACEHOLDER + "_other");
        database.setLiquibaseSchemaName(Rendering.PLACEHOLDER + "_other");
        try {
            Map<String, CheckSum> others = checksums(parse());
            return missing.stream().anyMatch(each -> !checksum(each).equals(others.get(each.toString(false))));
        } finally {
            database.setDefaultSchemaName(Rendering.PLACEHOLDER);
            database.setLiquibaseSchemaName(Rendering.PLACEHOLDER);
        }
    }

    private static Map<String, CheckSum> checksums(DatabaseChangeLog changelog) {
        Map<String, CheckSum> checksums = new LinkedHashMap<>();
        changelog.getChangeSets().forEach(each -> checksums.put(each.toString(false), checksum(each)));
        return checksums;
    }

    private static CheckSum checksum(ChangeSet changeset) {
        return changeset.generateCheckSum(ChecksumVersion.latest());
    }

    private static boolean hasPreconditions(PreconditionLogic logic) {
        for (Precondition nested : logic.getNestedPreconditions()) {
            if (!(nested instanceof PreconditionLogic inner) || hasPreconditions(inner)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Adds what the changeset does.
     *
     * @return why that cannot be known, as a predicate; empty if it can
     */
    private Optional<String> render(ChangeSet changeset, List<String> sql) throws LiquibaseException {
        if (changeset.getPreconditions() != null && hasPreconditions(changeset.getPreconditions())) {
            return Optional.of("has preconditions");
        }
        if (changeset.shouldAlwaysRun()) {
            return Optional.of("runs always");
        }
        if (ran.stream().anyMatch(row -> isSame(row, changeset))) {
            return Optional.of("has changed and runs again");
        }
        if (!changeset.isRunInTransaction()) {
            return Optional.of("runs outside a transaction");
        }
        if (changeset.getRunWith() != null) {
            return Optional.of("is run with " + changeset.getRunWith());
        }
        if (Boolean.FALSE.equals(changeset.getFailOnError())) {
            return Optional.of("may fail");
        }
        if (!changeset.getSqlVisitors().isEmpty()) {
            return Optional.of("has its SQL modified");
        }
        database.setObjectQuotingStrategy(changeset.getObjectQuotingStrategy());
        try {
            for (Change change : changeset.getChanges()) {
                String name = change.getSerializedObjectName();
                if (!SAME_EVERYWHERE.contains(name)
                        || !change.getClass().getName().startsWith("liquibase.change.core.")
                        || (change instanceof DbmsTargetedChange targeted && targeted.getDbms() != null)) {
                    return Optional.of("has a change '" + name + "' that only Liquibase can make");
                }
                change.finishInitialization();
                if (change.generateStatementsVolatile(database)) {
                    return Optional.of("has a change '" + name + "' that looks into the database");
                }
                for (SqlStatement statement : change.generateStatements(database)) {
                    if (!isPlain(statement)) {
                        return Optional.of("has a change '" + name + "' that is more than SQL");
                    }
                    sql.addAll(generate(statement));
                }
            }
        } finally {
            database.setObjectQuotingStrategy(ObjectQuotingStrategy.LEGACY);
        }
        return Optional.empty();
    }

    private static boolean isSame(Ran row, ChangeSet changeset) {
        return row.id().equals(changeset.getId())
                && row.author().equals(changeset.getAuthor())
                && DatabaseChangeLog.normalizePath(row.file())
                        .equals(DatabaseChangeLog.normalizePath(changeset.getFilePath()));
    }

    /** Others hold bound values, or what is to be done if they fail. */
    private boolean isPlain(SqlStatement statement) {
        return statement.getClass().getName().startsWith("liquibase.statement.core.")
                && !statement.continueOnError()
                && SqlGeneratorFactory.getInstance().supports(statement, database);
    }

    private List<String> generate(SqlStatement statement) {
        List<String> sql = new ArrayList<>();
        for (Sql each : SqlGeneratorFactory.getInstance().generateSql(statement, database)) {
            sql.add(each.toSql());
        }
        return sql;
    }

    /** As Liquibase makes its tables, where they are not there yet. */
    private List<String> preparation() {
        List<String> sql = new ArrayList<>();
        generate(new CreateDatabaseChangeLogLockTableStatement()).forEach(each -> sql.add(ifMissing(each)));
        String lock = Rendering.PLACEHOLDER + ".databasechangeloglock";
        sql.add("INSERT INTO " + lock + " (ID, LOCKED) SELECT 1, FALSE WHERE NOT EXISTS (SELECT FROM " + lock
                + " WHERE ID = 1)");
        generate(new CreateDatabaseChangeLogTableStatement()).forEach(each -> sql.add(ifMissing(each)));
        return sql;
    }

    private static String ifMissing(String createTable) {
        return createTable.replaceFirst("^CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ");
    }
}
