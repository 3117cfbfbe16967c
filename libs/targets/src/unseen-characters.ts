/**
 * Characters that nobody sees (fillers and variation selectors are some), or that turn the text around them: a reader of a file would
 * take it for another one. Lone halves of pairs are among them, which no encoding has.
 */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/** Most texts are such: looking for properties of characters takes many times as long. */
const plain = /^[ -~]*$/

/** Writes each of them as `written` says, by its code point. */
export function withoutUnseen(text: string, written: (codePoint: number) => string): string {
  if (plain.test(text)) return text
  return text.replaceAll(unseen, (character) => written(character.codePointAt(0) ?? 0))
}
