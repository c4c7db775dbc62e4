package dev.rehome.dashboard;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * One watcher, who is told of states (text/event-stream of the HTML standard). Nobody ever waits for him: what he has not taken yet is
 * replaced by what is newer, so a slow one costs one state of each kind. Thread-safe.
 */
final class EventStream implements WriteListener, AsyncListener {
    /** A line that browsers ignore; it shows both sides that the other is there. */
    private static final String PING = ":\n\n";
    /** After how long a browser that lost the connection comes back. */
    private static final String OPENING = "retry: 3000\n\n";

    private final Visitor visitor;
    private final BooleanSupplier mayStay;
    private final AsyncContext context;
    private final ServletOutputStream out;
    private final Runnable whenOver;
    private final long begunAtNanos = System.nanoTime();
    private final Map<String, String> pending = new LinkedHashMap<>();
    private boolean writable;
    private boolean over;
    private long waitingSinceNanos = begunAtNanos;

    /** @param mayStay whether whoever watches is still signed in */
    EventStream(HttpServletRequest request, Visitor visitor, BooleanSupplier mayStay, Runnable whenOver)
            throws IOException {
        this.visitor = visitor;
        this.mayStay = mayStay;
        this.whenOver = whenOver;
        this.context = request.startAsync();
        this.out = context.getResponse().getOutputStream();
        context.setTimeout(0);
        context.addListener(this);
        pending.put("", OPENING);
    }

    /** Begins to write; before that everything is only kept. */
    void begin() {
        out.setWriteListener(this);
    }

    Visitor visitor() {
        return visitor;
    }

    boolean mayStay() {
        return mayStay.getAsBoolean();
    }

    long ageNanos() {
        return System.nanoTime() - begunAtNanos;
    }

    /** For how long he has taken nothing though there is something for him. */
    synchronized long stalledNanos() {
        return writable || pending.isEmpty() ? 0 : System.nanoTime() - waitingSinceNanos;
    }

    /** @param data one line */
    synchronized void tell(String event, String data) {
        pending.remove(event);
        pending.put(event, "event: " + event + "\ndata: " + data + "\n\n");
        write();
    }

    synchronized void ping() {
        pending.putIfAbsent("", PING);
        write();
    }

    private void write() {
        if (!writable || over) {
            return;
        }
        try {
            Iterator<String> texts = pending.values().iterator();
            while (isReady() && texts.hasNext()) {
                byte[] bytes = texts.next().getBytes(StandardCharsets.UTF_8);
                texts.remove();
                out.write(bytes);
            }
            if (writable && isReady()) {
                out.flush();
                isReady();
            }
        } catch (IOException | IllegalStateException gone) {
            end();
        }
    }

    /** Once it says no, {@link #onWritePossible} follows by itself. */
    private boolean isReady() {
        writable = out.isReady();
        if (!writable) {
            waitingSinceNanos = System.nanoTime();
        }
        return writable;
    }

    @Override
    public synchronized void onWritePossible() {
        writable = true;
        write();
    }

    /** May be called more than once. */
    void end() {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            pending.clear();
        }
        whenOver.run();
        try {
            context.complete();
        } catch (IllegalStateException completedAlready) {
            // Then the server has done so itself, because the connection was lost.
        }
    }

    @Override
    public void onError(Throwable lost) {
        end();
    }

    @Override
    public void onError(AsyncEvent event) {
        end();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        end();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        end();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {}
}
