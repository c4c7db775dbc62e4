package dev.rehome.web;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.function.Consumer;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.ErrorPage;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;

/** A real web server with one application, and so few threads that tenants have to share them. */
final class WebServer implements AutoCloseable {
    static final int THREADS = 3;

    private final Tomcat tomcat = new Tomcat();
    private final Context application;

    /** @param context the path of the application, empty for the root */
    WebServer(Path folder, String context) throws IOException {
        tomcat.setBaseDir(Files.createDirectories(folder.resolve("tomcat")).toString());
        tomcat.setHostname("localhost");
        tomcat.setPort(0);
        var connector = tomcat.getConnector();
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("maxThreads", String.valueOf(THREADS));
        connector.setProperty("minSpareThreads", String.valueOf(THREADS));
        connector.setProperty("maxKeepAliveRequests", "-1");
        application = tomcat.addContext(context, folder.toString());
        tomcat.getHost().setName("localhost"); // the engine's default one, which answers for every name
    }

    WebServer filter(Filter filter) {
        FilterDef definition = new FilterDef();
        definition.setFilterName("filter-" + application.findFilterDefs().length);
        definition.setFilter(filter);
        definition.setAsyncSupported("true");
        application.addFilterDef(definition);
        FilterMap map = new FilterMap();
        map.setFilterName(definition.getFilterName());
        map.addURLPattern("/*");
        map.setDispatcher(DispatcherType.REQUEST.name());
        map.setDispatcher(DispatcherType.ASYNC.name());
        map.setDispatcher(DispatcherType.ERROR.name());
        application.addFilterMap(map);
        return this;
    }

    WebServer servlet(Servlet servlet, String pattern) {
        String name = "servlet-" + application.findChildren().length;
        var wrapper = Tomcat.addServlet(application, name, servlet);
        wrapper.setAsyncSupported(true);
        wrapper.addMapping(pattern);
        return this;
    }

    WebServer errorPage(int status, String location) {
        ErrorPage page = new ErrorPage();
        page.setErrorCode(status);
        page.setLocation(location);
        application.addErrorPage(page);
        return this;
    }

    /** Does something on each of the server's threads, all of them at once. */
    void onEveryThread(Consumer<Integer> work) {
        var executor = tomcat.getConnector().getProtocolHandler().getExecutor();
        var all = new CyclicBarrier(THREADS);
        var done = new CountDownLatch(THREADS);
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            executor.execute(() -> {
                try {
                    all.await();
                    work.accept(number);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                } finally {
                    done.countDown();
                }
            });
        }
        try {
            done.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    int start() throws LifecycleException {
        tomcat.start();
        return tomcat.getConnector().getLocalPort();
    }

    @Override
    public void close() throws LifecycleException {
        tomcat.stop();
        tomcat.destroy();
    }
}
