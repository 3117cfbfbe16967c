/**
 * Invisible characters (also fillers and variation selectors), characters that change the direction of text, and lone halves of surrogate
 * pairs, which cannot be encoded. They would make a file look different from its content.
 */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/** Most texts are ASCII: testing character properties takes many times as long. */
const plain = /^[ -~]*$/

/** Replaces each of these characters by the result of `written` for its code point. */
export function withoutUnseen(text: string, written: (codePoint: number) => string): string {
  if (plain.test(text)) return text
  return text.replaceAll(unseen, (character) => written(character.codePointAt(0) ?? 0))
}
