/** The types that the console needs from the room `sample-org`, which has its own compiler settings; tsconfig.json points here. */
export declare function generateOrganisation(options: {
  readonly seed: number
  readonly identityCount: number
  readonly asOf?: string
}): object
export declare function toCsv(
  organisation: object,
): readonly { readonly fileName: string; readonly chunks: Iterable<string> }[]
