package weft.lower;

import java.util.List;
import weft.loop.Value;
import weft.op.Place;
import weft.type.Dim;

/** Where the elements of an expression come from when they need not be computed: memory, or what an outer region knows. */
interface Source {
  Value at(List<Dim> index);

  static Source of(Place place) {
    return place::load;
  }
}
