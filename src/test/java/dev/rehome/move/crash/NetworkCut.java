package dev.rehome.move.crash;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Stands between a mover and a server on the loopback interface, and lets a test cut the line or make it silent. Thread-safe. */
final class NetworkCut implements Closeable {
    private static final int BUFFER_BYTES = 64 * 1024;

    /** What becomes of what is sent. */
    private enum State {
        PASSING,
        /** Connections break, and none is made. */
        BROKEN,
        /** Everything disappears; nobody is told. */
        SILENT
    }

    private final InetSocketAddress server;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private State state = State.PASSING;

    private NetworkCut(int port, ServerSocket listener) {
        this.server = new InetSocketAddress("localhost", port);
        this.listener = listener;
    }

    static NetworkCut before(int port) throws IOException {
        NetworkCut cut = new NetworkCut(port, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        start("network-cut", cut::accept);
        return cut;
    }

    /** Where to connect to instead of the server: {@code host:port}. */
    String authority() {
        return listener.getInetAddress().getHostAddress() + ":" + listener.getLocalPort();
    }

    void breakLine() {
        become(State.BROKEN);
        closeAll();
    }

    void silence() {
        become(State.SILENT);
    }

    /** New connections pass; those that were silent have lost what was sent, so they break. */
    void restore() {
        become(State.PASSING);
        closeAll();
    }

    private void become(State next) {
        lock.lock();
        try {
            state = next;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void closeAll() {
        for (Socket socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Waits while the line is silent. Says whether it passes. */
    private boolean passes() throws InterruptedException {
        lock.lock();
        try {
            while (state == State.SILENT) {
                changed.await();
            }
            return state == State.PASSING;
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                sockets.add(client);
                start("network-cut-link", () -> link(client));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void link(Socket client) {
        try (client;
                Socket upstream = new Socket()) {
            if (passes()) {
                sockets.add(upstream);
                upstream.connect(server);
                Thread back = start("network-cut-back", () -> pump(upstream, client));
                pump(client, upstream);
                back.join();
            }
        } catch (IOException sideHungUp) {
            // Both ends are closed now, which is how each side learns of it.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int bytes = in.read(buffer); bytes >= 0 && passes(); bytes = in.read(buffer)) {
                out.write(buffer, 0, bytes);
            }
        } catch (IOException sideHungUp) {
            // As above.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private static Thread start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Override
    public void close() throws IOException {
        restore();
        listener.close();
    }
}
