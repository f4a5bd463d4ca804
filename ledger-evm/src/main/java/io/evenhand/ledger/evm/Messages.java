package io.evenhand.ledger.evm;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;

/// JSON-RPC 2.0 requests out, responses in; the same for both transports.
final class Messages {
    /// Answers nest a handful of levels: block, transactions, access list, keys.
    private static final int MAX_DEPTH = 32;

    private static final ObjectMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .maxStringLength(JsonRpc.MAX_ANSWER_BYTES)
                                                    .maxNameLength(256)
                                                    .maxNumberLength(100)
                                                    .build())
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private Messages() {}

    static String request(long id, String method, List<?> params) {
        ObjectNode request = JSON.createObjectNode();
        request.put("jsonrpc", "2.0").put("id", id).put("method", method);
        ArrayNode list = request.putArray("params");
        for (Object param : params) {
            list.add(JSON.<JsonNode>valueToTree(param));
        }
        try {
            return JSON.writeValueAsString(request);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("parameters of " + method + " are not JSON", null);
        }
    }

    /// Parses one message of a node. Errors never repeat its text.
    static JsonNode parse(Endpoint endpoint, byte[] body) {
        try {
            JsonNode node = JSON.readTree(body);
            if (node != null && node.isObject()) {
                return node;
            }
        } catch (IOException e) {
            throw LedgerException.unreadable(endpoint + " answers with something that is not JSON");
        }
        throw LedgerException.malformed(endpoint + " answers with JSON that is not an object");
    }

    /// Whether an id is ours, as a number or as text: some gateways turn the one into the other.
    private static boolean names(JsonNode answered, long id) {
        return answered.isNumber()
                ? answered.doubleValue() == id
                : answered.isTextual() && answered.textValue().equals(Long.toString(id));
    }

    /// The result of the response to request `id`, or the error in it.
    static RpcResult result(Endpoint endpoint, String method, long id, JsonNode response) {
        JsonNode error = response.path("error");
        if (!error.isMissingNode() && !error.isNull()) {
            String bare = error.isTextual() ? error.textValue() : "no reason given";
            String text = error.path("message").asText(bare);
            int code = error.path("code").asInt(0);
            throw LedgerException.refused(endpoint.toString(), method, code, endpoint.clean(text));
        }
        if (!names(response.path("id"), id)) {
            throw LedgerException.malformed(
                    endpoint + " answers " + method + " with the id of another request");
        }
        JsonNode result = response.get("result");
        if (result == null) {
            throw LedgerException.malformed(
                    endpoint + " answers " + method + " with neither result nor error");
        }
        return new RpcResult(endpoint + " answers " + method, result);
    }
}
