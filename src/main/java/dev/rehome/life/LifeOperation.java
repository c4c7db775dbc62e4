package dev.rehome.life;

import java.util.Locale;

/** What can be done with a tenant. One that was cut off is taken up by asking for it again. */
public enum LifeOperation {
    CREATE,
    SUSPEND,
    RESUME,
    EXPORT,
    IMPORT,
    CLONE,
    ARCHIVE,
    RESTORE,
    /** Its rows give way to those of an earlier moment. */
    REPLACE,
    /** Databases and directory are made to agree on where it lives, after one of them has come back from an older time. */
    SETTLE,
    DELETE;

    /** Whether it makes sense with a tenant that stands so. */
    public boolean isPossibleIn(LifeState state) {
        return switch (this) {
            case CREATE -> false;
            case SUSPEND, EXPORT, ARCHIVE, REPLACE -> state == LifeState.ACTIVE || state == LifeState.SUSPENDED;
            case RESUME -> state == LifeState.ACTIVE || state == LifeState.SUSPENDED || state == LifeState.DELETING;
            case IMPORT -> state == LifeState.ARRIVING || state == LifeState.DELETED;
            case CLONE -> state == LifeState.ARRIVING;
            case RESTORE -> state == LifeState.ARCHIVED;
            case SETTLE, DELETE -> true;
        };
    }

    /** Whether it may be begun though the other one was begun and has not ended: it undoes that, or makes it needless. */
    boolean mayFollow(LifeOperation unended) {
        return switch (this) {
            case RESUME -> unended == SUSPEND || unended == ARCHIVE || unended == REPLACE || unended == DELETE;
            case DELETE -> true;
            case CREATE, SUSPEND, EXPORT, IMPORT, CLONE, ARCHIVE, RESTORE, REPLACE, SETTLE -> unended == this;
        };
    }

    /** As it is typed. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
