package dev.rehome.jdbc;

/** The three roles that Rehome connects as. None of them is a superuser, owns what another one uses, or bypasses row-level security. */
public enum DatabaseRole {
    /** Owns databases, schemas, tables and functions; runs DDL. */
    OWNER,
    /** What applications run as. */
    APP,
    /** What moves run as: bound by row-level security to the tenant it moves. */
    MOVER
}
