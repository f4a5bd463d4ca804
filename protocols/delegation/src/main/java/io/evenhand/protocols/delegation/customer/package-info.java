/// The customer: offers, provisions the stamper, fetches, funds, opens, or takes its money back.
@NullMarked
package io.evenhand.protocols.delegation.customer;

import org.jspecify.annotations.NullMarked;
