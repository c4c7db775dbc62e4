package dev.rehome.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rehome.time.Backoff;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts each alert to a URL as JSON, one after the other on a thread of its own. An attempt that fails is repeated, ever more slowly; one
 * that is refused for good, or has failed {@value #ATTEMPTS} times, is given up and counted. Names the URL nowhere, as those of webhooks
 * are secrets. Thread-safe.
 */
public final class WebhookSink implements AlertSink, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookSink.class);
    private static final int ATTEMPTS = 6;
    private static final int MOST_WAITING = 1_000;
    private static final int TOO_SOON = 408;
    private static final int TOO_MANY = 429;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI url;
    private final Duration timeout;
    private final Duration firstPause;
    private final HttpClient client;
    private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicLong givenUp = new AtomicLong();
    private final Thread thread;

    /** @param timeout of one attempt */
    public WebhookSink(URI url, Duration timeout) {
        this(url, timeout, Duration.ofSeconds(1));
    }

    WebhookSink(URI url, Duration timeout, Duration firstPause) {
        this.url = url;
        this.timeout = timeout;
        this.firstPause = firstPause;
        this.client = HttpClient.newBuilder().connectTimeout(timeout).build();
        this.thread = new Thread(this::run, "rehome-webhook");
        thread.setDaemon(true);
        thread.start();
    }

    /** How many were never delivered. */
    public long givenUp() {
        return givenUp.get();
    }

    @Override
    public void fired(Alert alert) {
        enqueue("firing", alert);
    }

    @Override
    public void resolved(Alert alert) {
        enqueue("resolved", alert);
    }

    private void enqueue(String status, Alert alert) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("status", status);
        message.put("alert", alert.name());
        message.put("severity", alert.severity().name().toLowerCase(Locale.ROOT));
        message.put("subject", alert.subject());
        message.put("since", alert.since().toString());
        message.put("text", alert.text());
        message.put("runbook", alert.runbook());
        String json;
        try {
            json = JSON.writeValueAsString(message);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An alert cannot be written as JSON.", e);
        }
        if (!waiting.offer(json)) {
            giveUp("too many wait to be posted");
        }
    }

    private void run() {
        try {
            while (true) {
                deliver(waiting.take());
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void deliver(String json) throws InterruptedException {
        Backoff backoff = new Backoff(firstPause, firstPause.multipliedBy(60));
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        String reason = "";
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            if (attempt > 1) {
                TimeUnit.NANOSECONDS.sleep(backoff.next().toNanos());
            }
            try {
                int status = client.send(request, HttpResponse.BodyHandlers.discarding())
                        .statusCode();
                if (status / 100 == 2) {
                    return;
                }
                reason = "the webhook answers " + status;
                if (status < 500 && status != TOO_SOON && status != TOO_MANY) {
                    break;
                }
            } catch (IOException e) {
                reason = "the webhook cannot be reached: " + e.getClass().getSimpleName();
            }
        }
        giveUp(reason);
    }

    private void giveUp(String reason) {
        givenUp.incrementAndGet();
        LOG.error("note=an alert was not delivered, as {}", reason);
    }

    /** What waits is not posted any more. */
    @Override
    public void close() {
        thread.interrupt();
    }
}
