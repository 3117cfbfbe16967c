/** The names in braces in a text: those of `since {time}, when {who}` are `time` and `who`. */
export type PlaceIn<Text extends string> = Text extends `${string}{${infer Place}}${infer Rest}`
  ? Place | PlaceIn<Rest>
  : never

/** A text in parts: words, and the names of the placeholders between them. */
export function partsOfText(text: string): readonly { readonly words: string; readonly place?: string }[] {
  return text
    .split(/\{(\w+)\}/)
    .map((part, at) => (at % 2 === 0 ? { words: part } : { words: `{${part}}`, place: part }))
    .filter(({ words }) => words !== '')
}
