package dev.rehome.schema;

import liquibase.ChecksumVersion;
import liquibase.Scope;
import liquibase.changelog.ChangeSet;
import liquibase.database.Database;
import liquibase.sqlgenerator.core.MarkChangeSetRanGenerator;
import liquibase.statement.DatabaseFunction;
import liquibase.statement.core.InsertStatement;
import liquibase.util.StringUtil;
import org.jspecify.annotations.Nullable;

/**
 * The row that says that a changeset has run, with what {@link MarkChangeSetRanGenerator} writes into it; that one asks the
 * database for the order, which is not known when one row is written for many homes.
 */
final class RanRecord {
    private static final int LONGEST_TEXT = 250;

    private RanRecord() {}

    static InsertStatement of(Database database, ChangeSet changeset, int order) {
        @Nullable String comments = changeset.getComments();
        return new InsertStatement(null, database.getLiquibaseSchemaName(), database.getDatabaseChangeLogTableName())
                .addColumnValue("ID", changeset.getId())
                .addColumnValue("AUTHOR", changeset.getAuthor())
                .addColumnValue("FILENAME", changeset.getFilePath())
                .addColumnValue("DATEEXECUTED", new DatabaseFunction(database.getCurrentDateTimeFunction()))
                .addColumnValue("ORDEREXECUTED", order)
                .addColumnValue(
                        "MD5SUM",
                        changeset.generateCheckSum(ChecksumVersion.latest()).toString())
                .addColumnValue("DESCRIPTION", StringUtil.limitSize(changeset.getDescription(), LONGEST_TEXT))
                .addColumnValue(
                        "COMMENTS", StringUtil.limitSize(comments == null ? "" : comments.strip(), LONGEST_TEXT))
                .addColumnValue("EXECTYPE", ChangeSet.ExecType.EXECUTED.value)
                .addColumnValue("CONTEXTS", changeset.buildFullContext())
                .addColumnValue("LABELS", labels(changeset))
                .addColumnValue("LIQUIBASE", MarkChangeSetRanGenerator.getLiquibaseBuildVersion())
                .addColumnValue("DEPLOYMENT_ID", Scope.getCurrentScope().getDeploymentId());
    }

    private static String labels(ChangeSet changeset) {
        return changeset.buildFullLabels();
    }
}
