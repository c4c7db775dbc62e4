package dev.rehome.move.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.move.crash.CrashPoint.Column;
import dev.rehome.move.crash.CrashPoint.End;
import dev.rehome.move.crash.CrashPoint.Manner;
import dev.rehome.move.crash.CrashPoint.Site;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A few points of the crash matrix. {@code -Dcrash=POINT} runs that one instead,
 * {@code -Dcrash.seed=N} others; all of them, which takes a day, are run by {@link CrashRuns}.
 */
class CrashMatrixTest {
    private static final List<Fault> FAULTS = List.of(Fault.values());
    private static final int POINTS_PER_DIRECTION = 2;

    /** Of the columns, every one of the directions in turn: not each kind in each direction, but each in some. */
    private static List<Column> columns() {
        List<Column> beside = CrashMatrix.columns(Manner.BESIDE, End.DONE);
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < beside.size(); i++) {
            columns.add(
                    switch (i % 4) {
                        case 0 -> beside.get(i);
                        case 1 -> CrashMatrix.columns(Manner.FENCED, End.DONE).get(i);
                        case 2 ->
                            CrashMatrix.columns(Manner.BESIDE, End.ROLLED_BACK).get(i);
                        default ->
                            CrashMatrix.columns(Manner.BESIDE, End.CANCELLED).get(i);
                    });
        }
        return columns;
    }

    private static final List<String> ONCE_FAILED = List.of(
            "SCHEMA-DATABASE/BESIDE/DONE/KILLED/#1 drop schema if exists storefront_… cascade",
            "SHARED-DATABASE/BESIDE/DONE/FAILS/98",
            "DATABASE-SHARED/BESIDE/DONE/KILLED/#1 drop database storefront_…",
            "SHARED-DATABASE/BESIDE/DONE/KILLED/#1 INSERT INTO rehome.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, M",
            "SHARED-DATABASE/BESIDE/ROLLED_BACK/KILLED/#1 delete from rehome.lease where tenant_id = ? and lease_no = ?",
            "DATABASE-SCHEMA/FENCED/DONE/CUT/#1 read committed; select count(*), coalesce(sum(hash_record_extended(row(int8send(hash_recor");

    @Test
    void whereverAMoverFailsAnotherOneFinishesAndNothingIsLostFailedOrLeftBehind() throws Exception {
        String asked = System.getProperty("crash");
        try (CrashMatrix matrix = new CrashMatrix(CrashMatrixTest::print)) {
            if (asked == null) {
                runSome(matrix);
            } else {
                System.out.println(matrix.run(CrashPoint.parse(asked)));
            }
            assertEquals(List.of(), matrix.failures());
        }
    }

    /** Each has shown a fault of the mover's once; the page about the matrix says which. */
    @Test
    void wherePointsOnceFailedTheyHold() throws Exception {
        try (CrashMatrix matrix = new CrashMatrix(CrashMatrixTest::print)) {
            for (String point : ONCE_FAILED) {
                assertTrue(matrix.run(CrashPoint.parse(point)).reached(), point + " is not reached any more");
            }
            assertEquals(List.of(), matrix.failures());
        }
    }

    private static void runSome(CrashMatrix matrix) throws Exception {
        long seed = Long.getLong("crash.seed", 20261125L);
        System.out.println("replay: mvn -q test -Dtest=CrashMatrixTest -Dcrash.seed=" + seed);
        Random random = new Random(seed);
        int number = 0;
        int reached = 0;
        for (Column column : columns()) {
            List<Site> sites = matrix.sites(column);
            for (int i = 0; i < POINTS_PER_DIRECTION; i++, number++) {
                Fault fault = FAULTS.get(number % FAULTS.size());
                Site site = sites.get(random.nextInt(sites.size()));
                reached += matrix.run(new CrashPoint(column, fault, site)).reached() ? 1 : 0;
            }
        }
        System.out.println(matrix.table());
        assertTrue(reached > number / 2, reached + " of " + number + " points were reached");
    }

    private static void print(String line) {
        System.out.println(line);
    }
}
