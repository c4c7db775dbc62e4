package dev.rehome.config;

import java.nio.file.Path;

/**
 * That every tenant is written into a file once a night. Immutable.
 *
 * @param directory the folder: the same for every process that may do so
 * @param window in which a night's files are begun; what has begun goes on until it is done
 * @param keep which nights have a file of each tenant
 * @param perServer tenants of one server that are written at the same time; each takes two connections
 * @param verify whether each file is read again from the disk
 */
public record ExportsConfig(Path directory, DailyWindow window, Retention keep, int perServer, boolean verify) {}
