/** Programs that a newcomer reads. */
module weft.samples {
  requires weft.codegen;
  requires info.picocli;

  exports weft.samples.chars;
  exports weft.samples.languages;
  exports weft.samples.tutorial;

  opens weft.samples.chars to info.picocli;
  opens weft.samples.languages to info.picocli;
}
