/// `evenhand doctor`: looks at machine, data directory, chain and peers, changes nothing, and says
/// for each thing that is not well what to do.
@NullMarked
package io.evenhand.cli.doctor;

import org.jspecify.annotations.NullMarked;
