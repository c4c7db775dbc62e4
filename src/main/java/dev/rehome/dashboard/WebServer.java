package dev.rehome.dashboard;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;

/** Tomcat with one application, no more than a dashboard needs of it, and every limit set. */
final class WebServer implements AutoCloseable {
    private static final int THREADS = 16;
    private static final int CONNECTIONS = 4_000;
    private static final int WAITING_CONNECTIONS = 100;
    private static final int SILENCE_MILLIS = 5_000;
    private static final int KEEP_ALIVE_MILLIS = 20_000;
    private static final int HEADER_BYTES = 8 * 1024;
    private static final int PARAMETERS = 50;

    private final InetAddress address;
    private final int port;
    private final Tomcat tomcat = new Tomcat();
    private final Path folder;
    private final Context application;

    /** @param port 0 for any that is free */
    WebServer(InetAddress address, int port) {
        this.address = address;
        this.port = port;
        try {
            folder = Files.createTempDirectory("rehome-dashboard");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        tomcat.setBaseDir(folder.toString());
        tomcat.setSilent(true);
        tomcat.setConnector(connector());
        StandardContext context = (StandardContext) tomcat.addContext("", null);
        // It is never taken down while its process goes on, so there is no leak to be looked for.
        context.setClearReferencesThreadLocals(false);
        context.setClearReferencesRmiTargets(false);
        application = context;
        // What is refused before the application sees it is answered without a body: no version, no trace.
        ((StandardHost) tomcat.getHost()).setErrorReportValveClass("");
    }

    private Connector connector() {
        Connector connector = new Connector();
        connector.setPort(port);
        connector.setThrowOnFailure(true);
        connector.setAllowTrace(false);
        connector.setMaxPostSize(Call.LARGEST_BODY);
        connector.setMaxParameterCount(PARAMETERS);
        connector.setProperty("address", address.getHostAddress());
        connector.setProperty("maxThreads", String.valueOf(THREADS));
        connector.setProperty("minSpareThreads", "2");
        connector.setProperty("maxConnections", String.valueOf(CONNECTIONS));
        connector.setProperty("acceptCount", String.valueOf(WAITING_CONNECTIONS));
        connector.setProperty("connectionTimeout", String.valueOf(SILENCE_MILLIS));
        connector.setProperty("keepAliveTimeout", String.valueOf(KEEP_ALIVE_MILLIS));
        connector.setProperty("maxHttpRequestHeaderSize", String.valueOf(HEADER_BYTES));
        connector.setProperty("maxSwallowSize", String.valueOf(Call.LARGEST_BODY));
        connector.setProperty("compression", "on");
        connector.setProperty(
                "compressibleMimeType", "text/html,text/css,text/javascript,image/svg+xml,application/json");
        return connector;
    }

    /** Filters come in the order in which they are given. */
    WebServer filter(Filter filter) {
        FilterDef definition = new FilterDef();
        definition.setFilterName(filter.getClass().getSimpleName());
        definition.setFilter(filter);
        definition.setAsyncSupported("true");
        application.addFilterDef(definition);
        FilterMap map = new FilterMap();
        map.setFilterName(definition.getFilterName());
        map.addURLPattern("/*");
        map.setDispatcher(DispatcherType.REQUEST.name());
        application.addFilterMap(map);
        return this;
    }

    WebServer servlet(Servlet servlet, String... patterns) {
        var wrapper = Tomcat.addServlet(application, servlet.getClass().getSimpleName(), servlet);
        wrapper.setAsyncSupported(true);
        List.of(patterns).forEach(wrapper::addMapping);
        return this;
    }

    /**
     * Returns the port.
     *
     * @throws RehomeException (CONFIGURATION) if nobody can listen there
     */
    int start() {
        try {
            tomcat.start();
            return tomcat.getConnector().getLocalPort();
        } catch (LifecycleException e) {
            close();
            throw new RehomeException(
                    ErrorKind.CONFIGURATION,
                    "The dashboard cannot listen at " + address.getHostAddress() + ":" + port
                            + ". Another process does, or this machine has no such address: correct serve.address and serve.port.",
                    e);
        }
    }

    @Override
    public void close() {
        try {
            tomcat.stop();
            tomcat.destroy();
            deleteFolder();
        } catch (LifecycleException e) {
            throw new IllegalStateException("The web server did not end.", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void deleteFolder() throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
