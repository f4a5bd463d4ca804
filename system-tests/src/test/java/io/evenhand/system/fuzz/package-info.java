/// What all fuzz targets share. A target stands in the package of the parser it feeds, so that it
/// reaches parsers that are not public.
@NullMarked
package io.evenhand.system.fuzz;

import org.jspecify.annotations.NullMarked;
