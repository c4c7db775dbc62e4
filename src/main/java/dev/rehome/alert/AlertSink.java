package dev.rehome.alert;

/** Who is told of an alert, once when it fires and once when it is over. Returns at once and throws nothing. */
public interface AlertSink {
    void fired(Alert alert);

    void resolved(Alert alert);
}
