/** What a program compiled by Weft needs to run: tensors, parameters, numerics, checks, files. */
module weft.runtime {
  exports weft.runtime;
}
