/// What a node does, in numbers, for Prometheus: counters fed by events, gauges read when somebody
/// asks, and a small HTTP server that shows both. No label holds anything a peer chose.
@NullMarked
package io.evenhand.node.metrics;

import org.jspecify.annotations.NullMarked;
