package dev.rehome.apps;

import dev.rehome.tenant.TenantId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What all nodes were told is stored, kept outside of them: it outlives a node that is killed. The entries of a lane are
 * numbered from one. Thread-safe.
 */
final class Ledger {
    private final Map<TenantId, Map<String, Account>> accounts = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();

    /** One lane's: how many entries were acknowledged, and the homes they went to, each once in a row. */
    private static final class Account {
        private int acknowledged;
        private final List<String> homes = new ArrayList<>();
    }

    /** Takes in a line that {@link Events} has written, if it is about the ledger. */
    synchronized boolean record(String line) {
        String[] words = line.split(" ", 5);
        if (words[0].equals(Events.ACKNOWLEDGED)) {
            Account account = accounts.computeIfAbsent(TenantId.parse(words[1]), missing -> new TreeMap<>())
                    .computeIfAbsent(words[2], missing -> new Account());
            account.acknowledged = Integer.parseInt(words[3]);
            if (account.homes.isEmpty()
                    || !account.homes.get(account.homes.size() - 1).equals(words[4])) {
                account.homes.add(words[4]);
            }
            return true;
        }
        if (words[0].equals(Events.FAULT)) {
            faults.add(line);
            return true;
        }
        return false;
    }

    /** Everything that has to be stored for the tenant: the name of each entry of each lane. */
    synchronized Collection<String> entries(TenantId tenant) {
        Collection<String> entries = new TreeSet<>();
        accounts.getOrDefault(tenant, Map.of()).forEach((lane, account) -> {
            for (int number = 1; number <= account.acknowledged; number++) {
                entries.add(lane + "-" + number);
            }
        });
        return entries;
    }

    synchronized int acknowledged(TenantId tenant, String lane) {
        Account account = accounts.getOrDefault(tenant, Map.of()).get(lane);
        return account == null ? 0 : account.acknowledged;
    }

    /** The homes that a lane's transactions were in, in order: as long as the tenant's route, or a lane went back. */
    synchronized List<String> homes(TenantId tenant, String lane) {
        Account account = accounts.getOrDefault(tenant, Map.of()).get(lane);
        return account == null ? List.of() : List.copyOf(account.homes);
    }

    /** What failed in the background and nobody was told of. */
    synchronized List<String> faults() {
        return List.copyOf(faults);
    }
}
