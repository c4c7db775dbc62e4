package dev.rehome.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A base backup over the replication protocol, asked for as {@code pg_basebackup --wal-method=none --checkpoint=fast} asks for it;
 * the PostgreSQL that tests have comes without that program. See the manual, 54.4 and 54.7. The server has to let local connections
 * in without a password, and to have no tablespaces of its own.
 */
final class BaseBackup {
    private static final int PROTOCOL = 3 << 16;
    private static final String COMMAND =
            "BASE_BACKUP (LABEL 'a test', CHECKPOINT 'fast', WAL false, WAIT true, MANIFEST 'no')";

    private BaseBackup() {}

    /** @param folder an empty one, which gets the data */
    static void take(int port, Path folder) throws IOException, InterruptedException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            write(out, startUp());
            awaitReady(in, OutputStream.nullOutputStream());
            send(out, 'Q', text(COMMAND));
            // Files of whoever runs the tests, who starts the copy too.
            Process tar = new ProcessBuilder("tar", "-x", "--no-same-owner", "-C", folder.toString())
                    .redirectErrorStream(true)
                    .start();
            try (OutputStream archive = tar.getOutputStream()) {
                awaitReady(in, archive);
            }
            String complaint = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (tar.waitFor() != 0) {
                throw new IOException("tar: " + complaint);
            }
            send(out, 'X', new byte[0]);
        }
    }

    private static byte[] startUp() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new DataOutputStream(bytes).writeInt(PROTOCOL);
        for (String word : new String[] {"user", "postgres", "replication", "true", ""}) {
            bytes.write(text(word));
        }
        return bytes.toByteArray();
    }

    private static byte[] text(String text) {
        return (text + '\0').getBytes(StandardCharsets.UTF_8);
    }

    private static void send(DataOutputStream out, char type, byte[] body) throws IOException {
        out.writeByte(type);
        write(out, body);
    }

    private static void write(DataOutputStream out, byte[] body) throws IOException {
        out.writeInt(Integer.BYTES + body.length);
        out.write(body);
        out.flush();
    }

    /** Reads until the server waits for the next command. */
    private static void awaitReady(DataInputStream in, OutputStream archive) throws IOException {
        while (true) {
            char type = (char) in.readUnsignedByte();
            byte[] body = new byte[in.readInt() - Integer.BYTES];
            in.readFully(body);
            switch (type) {
                case 'E' -> throw new IOException("The server refuses: " + new String(body, StandardCharsets.UTF_8));
                case 'R' -> {
                    if (ByteBuffer.wrap(body).getInt() != 0) {
                        throw new IOException("The server asks for a password.");
                    }
                }
                case 'd' -> {
                    // The archive's bytes; else its name.
                    if (body[0] == 'd') {
                        archive.write(body, 1, body.length - 1);
                    }
                }
                case 'Z' -> {
                    return;
                }
                default -> {
                    // Settings, positions in the log: not needed to read the archive.
                }
            }
        }
    }
}
