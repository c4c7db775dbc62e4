package dev.rehome.proof;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Stands before a server as far as a client can tell poolers from servers: it names a process of its own in the message with the
 * key for cancelling, as PgBouncer does, and as one of statements it ends whoever begins a transaction. (PostgreSQL manual,
 * chapter 54: message formats BackendKeyData and ErrorResponse.)
 */
final class FakePooler implements Closeable {
    private static final int SAYS_NO_TO_ENCRYPTION = 'N';
    private static final int BACKEND_KEY_DATA = 'K';
    private static final int READY_FOR_QUERY = 'Z';
    private static final int BUFFER_BYTES = 8192;

    private final int port;
    private final boolean ofStatements;
    private final ServerSocket listener;

    private FakePooler(int port, boolean ofStatements) throws IOException {
        this.port = port;
        this.ofStatements = ofStatements;
        this.listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    static FakePooler ofSessions(int port) throws IOException {
        return new FakePooler(port, false);
    }

    static FakePooler ofStatements(int port) throws IOException {
        return new FakePooler(port, true);
    }

    String authority() {
        return listener.getInetAddress().getHostAddress() + ":" + listener.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    /** What may end because a socket was closed. */
    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException closed) {
                // So is the other side, and the test sees what comes of it.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            Socket server = new Socket("localhost", port);
            start(() -> toServer(client, server));
            start(() -> toClient(server, client));
        }
    }

    private void toServer(Socket client, Socket server) throws IOException {
        try (client;
                server) {
            InputStream from = client.getInputStream();
            OutputStream to = server.getOutputStream();
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                if (ofStatements && new String(buffer, 0, read, StandardCharsets.ISO_8859_1).contains("BEGIN")) {
                    client.getOutputStream().write(refusal());
                    return;
                }
                to.write(buffer, 0, read);
            }
        }
    }

    private static void toClient(Socket server, Socket client) throws IOException {
        try (client;
                server) {
            DataInputStream from = new DataInputStream(server.getInputStream());
            DataOutputStream to = new DataOutputStream(client.getOutputStream());
            int type;
            do {
                type = from.readUnsignedByte();
                to.writeByte(type);
                if (type != SAYS_NO_TO_ENCRYPTION) {
                    int length = from.readInt();
                    byte[] body = from.readNBytes(length - Integer.BYTES);
                    if (type == BACKEND_KEY_DATA) {
                        body[0] = 0x66; // no process has such a number
                    }
                    to.writeInt(length);
                    to.write(body);
                }
            } while (type != READY_FOR_QUERY);
            from.transferTo(to);
        }
    }

    private static byte[] refusal() throws IOException {
        byte[] fields = "SFATAL\0C08P01\0Mtransaction blocks not allowed in statement pooling mode\0\0"
                .getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        DataOutputStream to = new DataOutputStream(message);
        to.writeByte('E');
        to.writeInt(fields.length + Integer.BYTES);
        to.write(fields);
        return message.toByteArray();
    }
}
