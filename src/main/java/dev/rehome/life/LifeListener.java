package dev.rehome.life;

/** Is told how an operation gets on. May be called by several threads. */
public interface LifeListener {
    LifeListener NONE = new LifeListener() {};

    /** @param step what is done now, for people */
    default void step(String step) {}

    /** @param rowsTotal 0 if it is not known */
    default void progress(long rowsDone, long rowsTotal, long bytesDone) {}
}
