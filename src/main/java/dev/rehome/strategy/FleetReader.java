package dev.rehome.strategy;

import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.move.MoveJournal;
import dev.rehome.placement.Directory;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.statistics.StatisticsDirectory;
import dev.rehome.statistics.TenantStatistics;
import dev.rehome.tenant.TenantId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Reads what a plan is made from out of the directory; looks into no home. Thread-safe; failures of the database are
 * {@code RehomeException}s (EXTERNAL).
 */
public final class FleetReader {
    private static final int PAGE = 5_000;
    private static final String IN_MOVE = "select tenant_id from rehome_directory.move where finished_at is null";
    private static final String NOT_ACTIVE =
            "select tenant_id from rehome_directory.tenant_life" + " where state <> 'ACTIVE' or operation is not null";
    /** The way that each went in the end. */
    private static final String LATEST_MOVES = """
            select distinct on (m.tenant_id) m.tenant_id,
                   case m.phase when 'ROLLED_BACK' then m.to_tier else m.from_tier end,
                   case m.phase when 'DONE' then m.to_tier else m.from_tier end,
                   m.finished_at, l.reason_kind
              from rehome_directory.move m left join rehome_directory.plan_line l on l.move_id = m.move_id
             where m.finished_at is not null
             order by m.tenant_id, m.finished_at desc""";

    private final Directory directory;
    private final MoveJournal journal;
    private final StatisticsDirectory statistics;
    private final ConnectionSource connections;
    private final Clock clock;

    /** @param connections to the directory's database */
    public FleetReader(Directory directory, MoveJournal journal, ConnectionSource connections, Clock clock) {
        this.directory = directory;
        this.journal = journal;
        this.statistics = new StatisticsDirectory(connections);
        this.connections = connections;
        this.clock = clock;
    }

    public FleetFacts read() {
        Map<TenantId, TenantStatistics> measured = new HashMap<>();
        statistics.all().forEach(each -> measured.put(each.tenant(), each));
        Set<TenantId> inMove = tenants(IN_MOVE);
        Set<TenantId> notActive = tenants(NOT_ACTIVE);
        Map<TenantId, EarlierMove> moves = latestMoves();
        List<TenantFacts> facts = new ArrayList<>();
        TenantId last = null;
        List<Placement> page;
        do {
            page = directory.page(last, PAGE);
            for (Placement placement : page) {
                last = placement.tenant();
                facts.add(new TenantFacts(
                        placement,
                        !notActive.contains(last),
                        inMove.contains(last),
                        Optional.ofNullable(measured.get(last)),
                        Optional.ofNullable(moves.get(last))));
            }
        } while (page.size() == PAGE);
        return new FleetFacts(clock.instant(), facts, journal.experience());
    }

    private Set<TenantId> tenants(String sql) {
        return connections.transact(connection -> {
            Set<TenantId> tenants = new HashSet<>();
            try (PreparedStatement statement = connection.prepareStatement(sql);
                    ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    tenants.add(TenantId.of(row.getObject(1, UUID.class)));
                }
            }
            return tenants;
        });
    }

    private Map<TenantId, EarlierMove> latestMoves() {
        return connections.transact(connection -> {
            Map<TenantId, EarlierMove> moves = new HashMap<>();
            try (PreparedStatement statement = connection.prepareStatement(LATEST_MOVES);
                    ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    moves.put(
                            TenantId.of(row.getObject(1, UUID.class)),
                            new EarlierMove(
                                    Tier.valueOf(row.getString(2)),
                                    Tier.valueOf(row.getString(3)),
                                    row.getTimestamp(4).toInstant(),
                                    Optional.ofNullable(row.getString(5)).map(Reason.Kind::valueOf)));
                }
            }
            return moves;
        });
    }
}
