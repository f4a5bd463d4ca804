package io.evenhand.node.transport;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.system.fuzz.FuzzTarget;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// The head of a server's answer.
class AnswerHeadFuzz extends FuzzTarget {
    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return texts(
                "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-9/100\r\n"
                        + "Content-Length: 10\r\n\r\n",
                "HTTP/1.1 202 Accepted\r\nUpload-Offset: 10\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 429\r\nEvenhand-Reason: more than 8 requests at a time\r\n"
                        + "Connection: close\r\ncontent-length: 34\r\n\r\n");
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        read(() -> AnswerHead.parse(input))
                .ifPresent(head -> {
                    require(head.length() >= 0, "negative");
                    require(head.status() >= 200 && head.status() <= 599, "no status");
                    require(input.length <= AnswerHead.MAX_BYTES, "too large");
                    require(
                            head.header("content-length").equals(head.header("CONTENT-LENGTH")),
                            "names differ by case");
                });
    }
}
