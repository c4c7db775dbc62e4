package dev.rehome.bench.requestpath;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands between clients and a server on the loopback interface and counts round trips on the wire: each time the server
 * begins to answer after a client has spoken. What is sent in one flush is one, however many messages it holds. If asked to,
 * it holds everything back for a time each way, as a network does. Thread-safe.
 */
final class RoundTripProxy implements Closeable {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int DEFAULT_PORT = 5432;
    private static final long WAKE_UP_NANOS = 100_000;

    private final InetSocketAddress server;
    private final ServerSocket listener;
    private final long delayNanos;
    private final AtomicLong roundTrips = new AtomicLong();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    private RoundTripProxy(InetSocketAddress server, ServerSocket listener, Duration delay) {
        this.server = server;
        this.listener = listener;
        this.delayNanos = delay.toNanos();
    }

    /**
     * Listens on a free port until closed.
     *
     * @param authority {@code host} or {@code host:port} of the server
     * @param delay of everything, each way
     */
    static RoundTripProxy before(String authority, Duration delay) throws IOException {
        String[] address = authority.split(":", 2);
        int port = address.length == 2 ? Integer.parseInt(address[1]) : DEFAULT_PORT;
        RoundTripProxy proxy = new RoundTripProxy(
                new InetSocketAddress(address[0], port),
                new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
                delay);
        start("round-trip-proxy", proxy::accept);
        return proxy;
    }

    /** Where to connect to instead of the server: {@code host:port}. */
    String authority() {
        return listener.getInetAddress().getHostAddress() + ":" + listener.getLocalPort();
    }

    /** All round trips so far, over all connections. */
    long roundTrips() {
        return roundTrips.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                link(listener.accept());
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void link(Socket client) throws IOException {
        Socket upstream = new Socket();
        sockets.add(client);
        sockets.add(upstream);
        upstream.connect(server);
        client.setTcpNoDelay(true);
        upstream.setTcpNoDelay(true);
        AtomicBoolean clientSpoke = new AtomicBoolean();
        start("round-trip-proxy-to-server", () -> pump(client, upstream, () -> clientSpoke.set(true)));
        start(
                "round-trip-proxy-to-client",
                () -> pump(upstream, client, () -> {
                    if (clientSpoke.getAndSet(false)) {
                        roundTrips.incrementAndGet();
                    }
                }));
    }

    /** Notes what arrives before it passes it on, so that a client that has its answer finds it counted. */
    private void pump(Socket from, Socket to, Runnable note) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int bytes = in.read(buffer); bytes >= 0; bytes = in.read(buffer)) {
                note.run();
                hold();
                out.write(buffer, 0, bytes);
            }
        } catch (IOException eitherSideHungUp) {
            // Both ends are closed now, which is how each side learns of it.
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    /** Spins at the end, since a thread that is woken is late by as much as the delay is long. */
    private void hold() {
        if (delayNanos > 0) {
            long until = System.nanoTime() + delayNanos;
            LockSupport.parkNanos(delayNanos - WAKE_UP_NANOS);
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
        }
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
