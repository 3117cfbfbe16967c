/** What the console needs of the room `sample-org`, which is checked by its own settings; tsconfig.json leads here. */
export declare function generateOrganisation(options: {
  readonly seed: number
  readonly identityCount: number
  readonly asOf?: string
}): object
export declare function toCsv(
  organisation: object,
): readonly { readonly fileName: string; readonly chunks: Iterable<string> }[]
