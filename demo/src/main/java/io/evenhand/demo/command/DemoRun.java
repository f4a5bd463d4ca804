package io.evenhand.demo.command;

import java.io.IOException;

/// One run of a demo: everything it started ends when it is closed.
public interface DemoRun extends AutoCloseable {
    DemoResult play() throws IOException, InterruptedException;

    @Override
    void close();
}
