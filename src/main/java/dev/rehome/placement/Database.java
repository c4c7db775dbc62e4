package dev.rehome.placement;

/** A database on a server, both by name. */
public record Database(String server, String name) {
    @Override
    public String toString() {
        return server + "/" + name;
    }
}
