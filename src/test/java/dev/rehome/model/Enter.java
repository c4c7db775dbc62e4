package dev.rehome.model;

/**
 * What a home answers to a transaction that wants to enter, and where the application goes then: {@code rehome.enter} and
 * {@code TenantConnections.newest}. Only reads.
 */
final class Enter {
    static final int ADMITTED = -1;
    static final int ASK_DIRECTORY = 0;
    /** As many as a home may say that it does not know the tenant. */
    private static final int ATTEMPTS = 5;

    private final Settings settings;

    Enter(Settings settings) {
        this.settings = settings;
    }

    /** {@link #ADMITTED}, {@link #ASK_DIRECTORY}, or the epoch of the placement that the refusal tells. */
    int answer(State state, int epoch) {
        Database database = state.databases[settings.databaseOf(State.homeAt(epoch))];
        if (database.arriving == epoch) {
            return ADMITTED;
        }
        return switch (database.residency) {
            case HERE ->
                database.epoch == epoch || settings.has(ProtocolBug.NO_EPOCH_CHECK) ? ADMITTED : database.epoch;
            case MOVED -> database.epoch;
            case UNKNOWN, GONE -> ASK_DIRECTORY;
        };
    }

    /** The placement that the node tries next. Its cache never goes back. */
    int newest(State state, int cached, int answer) {
        if (answer > cached) {
            return answer;
        }
        return Math.max(cached, state.directory);
    }

    /** The epoch at which somebody with this placement is admitted in the end, if no fence is up; 0 if nowhere. */
    int leadsTo(State state, int placement) {
        int tried = placement;
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            int answer = answer(state, tried);
            if (answer == ADMITTED) {
                return tried;
            }
            tried = newest(state, tried, answer);
        }
        return 0;
    }

    /** The home that serves; 0 or 1, or -1 if there is none. */
    int serving(State state) {
        int epoch = leadsTo(state, state.directory);
        if (epoch == 0) {
            return -1;
        }
        return settings.across() ? State.homeAt(epoch) : State.homeAt(state.databases[0].epoch);
    }
}
