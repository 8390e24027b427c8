/** The language classifier as a program that ships. */
module weft.samples.generated {
  requires weft.runtime;

  exports weft.samples.generated;
}
