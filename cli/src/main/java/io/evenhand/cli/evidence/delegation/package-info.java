/// What `verify` knows of a delegation alone: its escrow, its sealed work, its words.
@NullMarked
package io.evenhand.cli.evidence.delegation;

import org.jspecify.annotations.NullMarked;
